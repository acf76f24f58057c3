/**
 * The Chromium inside the npm package @sparticuz/chromium, unpacked once a machine with its libraries and its font. The
 * package is made for another surrounding: it unpacks to TMPDIR, its own nss and nspr only when an environment variable
 * says so, and its font configuration knows only /tmp/fonts, without which every text is zero pixels wide.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const UNPACK =
  "const { default: packaged } = await import('@sparticuz/chromium'); await packaged.executablePath();";

/** Path of the program. Sets what it needs in this process's environment, which it inherits. */
export async function packagedChromium(): Promise<string> {
  const home = join(tmpdir(), `poplar-browser-${process.getuid?.() ?? 'user'}-${packageVersion()}`);
  if (!existsSync(home)) await unpack(home);
  const libraries = join(home, 'al2023', 'lib');
  const others = (process.env['LD_LIBRARY_PATH'] ?? '').split(':');
  const paths = [libraries, ...others.filter((path) => path !== '' && path !== libraries)];
  Object.assign(process.env, {
    FONTCONFIG_PATH: join(home, 'fontconfig'),
    LD_LIBRARY_PATH: paths.join(':'),
  });
  return join(home, 'chromium');
}

/** Another version is unpacked beside this one. */
function packageVersion(): string {
  const manifest = join(root, 'node_modules/@sparticuz/chromium/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return version;
}

/** Only what is whole gets the name `home`, and of two test files that unpack at once the first one's is used. */
async function unpack(home: string): Promise<void> {
  const own = mkdtempSync(`${home}-`);
  try {
    const env = { ...process.env, TMPDIR: own, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], {
      cwd: root,
      env,
    });
    mkdirSync(join(own, 'fontconfig'));
    const configuration = `<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${home}/fonts</dir></fontconfig>`;
    writeFileSync(join(own, 'fontconfig', 'fonts.conf'), configuration);
    renameSync(own, home);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
}
