/** The certificates and keys of test/fixtures/certs, made by its make.sh. */
import { readFileSync } from 'node:fs';

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/certs/${name}`, import.meta.url), 'latin1');
}
