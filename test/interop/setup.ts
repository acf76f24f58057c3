/** Once before all interoperability tests: package lists, so that the start scripts can fetch servers. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { unavailable } from '../support/mail-servers.ts';

export default function setup(): void {
  if (unavailable() !== null) return;
  const lists = readdirSync('/var/lib/apt/lists').filter(
    (name) => name.endsWith('_Packages') || name.includes('_Packages.'),
  );
  if (lists.length > 0) return;
  console.log('fetching package lists (once) …');
  try {
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
  } catch {
    // Test processes inherit the environment; the tests then skip with this line.
    process.env['POPLAR_SERVERS_SKIP'] = 'the package lists of this system could not be fetched';
  }
}
