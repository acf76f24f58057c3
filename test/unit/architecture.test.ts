/**
 * The house's rules as a test: who may import whom, which packages live where, no cycles, no barrels, no doors the
 * rules do not know. The checker itself is tested on small made-up trees at the end.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findCycles, findViolations, importsOf, type SourceFile } from '../support/architecture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function sources(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name).slice(root.length).replace(/\\/g, '/');
      return { path, text: readFileSync(join(root, path), 'utf8') };
    });
}

const house = [...sources('web'), ...sources('proxy')];
const tests = sources('test');

describe('the house', () => {
  it('keeps the import table', () => {
    expect(findViolations(house)).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(findCycles(house)).toEqual([]);
  });

  it('imports only files that exist', () => {
    const missing = house.flatMap((file) =>
      importsOf(file)
        .filter((edge) => edge.path !== null && !existsSync(join(root, edge.path.replace(/\?.*$/, ''))))
        .map((edge) => `${file.path} → ${edge.specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it('keeps every file under 400 lines', () => {
    const long = [...house, ...tests]
      .map((file) => ({ path: file.path, lines: file.text.split('\n').length }))
      .filter((file) => file.lines > 400);
    expect(long).toEqual([]);
  });

  it('has no barrels: an index file that only passes names on', () => {
    const barrels = house.filter((file) => /^\s*export\s+(\*|\{[^}]*\})\s+from\s/m.test(file.text));
    expect(barrels.map((file) => file.path)).toEqual([]);
  });

  it('never turns a string into markup', () => {
    const sinks = house.filter((file) =>
      /\{@html|\.innerHTML\s*=|document\.write\(|insertAdjacentHTML/.test(file.text),
    );
    expect(sinks.map((file) => file.path)).toEqual([]);
  });

  it('lets components show and state classes ask: no component fetches', () => {
    const fetching = house.filter(
      (file) =>
        file.path.endsWith('.svelte') && /\bfetch\(|new WebSocket|new Worker|indexedDB\b/.test(file.text),
    );
    expect(fetching.map((file) => file.path)).toEqual([]);
  });

  it('silences no checker and leaves no work marked for later', () => {
    const silenced = /@ts-(ignore|nocheck|expect-error)|eslint-disable|\b(TODO|FIXME)\b|:\s*any\b|\bas any\b/;
    const marks = [...house, ...tests]
      .filter((file) => !file.path.endsWith('unit/architecture.test.ts') && silenced.test(file.text))
      .map((file) => file.path);
    expect(marks).toEqual([]);
  });

  it('checks every pure room without DOM, Node or worker globals', () => {
    const config = readFileSync(join(root, 'web/tsconfig.pure.json'), 'utf8');
    const included = /"include": \[([^\]]*)\]/.exec(config)?.[1] ?? '';
    for (const room of [
      'model',
      'wire',
      'sasl',
      'message',
      'move',
      'pop3',
      'sync',
      'store/mail-store.ts',
      'api/mail-api.ts',
    ]) {
      expect(included).toContain(`"${room}"`);
    }
    expect(config).toContain('"lib": ["ES2023"]');
    expect(config).toContain('"types": []');
  });
});

describe('the checker', () => {
  const violations = (path: string, text: string): string[] => findViolations([{ path, text }]);

  it.each([
    ['a room below reaching up', 'web/wire/a.ts', `import { x } from '../pop3/client.ts';`],
    [
      'a type-only import the wrong way',
      'web/model/a.ts',
      `import type { x } from '../store/mail-store.ts';`,
    ],
    ['a dynamic import the wrong way', 'web/store/a.ts', `const x = await import('../ui/App.svelte');`],
    ['a re-export the wrong way', 'web/message/a.ts', `export { x } from '../store/keys.ts';`],
    ['the page reaching into the proxy', 'web/sync/a.ts', `import { x } from '../../proxy/protocol.ts';`],
    [
      'the transport reaching past the door',
      'web/transport/a.ts',
      `import { x } from '../../proxy/dial/dial.ts';`,
    ],
    ['the proxy reaching into the page', 'proxy/dial/a.ts', `import { x } from '../../web/errors.ts';`],
    ['the shared door importing anything', 'proxy/protocol.ts', `import { x } from './server.ts';`],
    ['dialling that knows tunnels', 'proxy/dial/a.ts', `import { x } from '../tunnel/tunnel.ts';`],
    ['limits that know HTTP', 'proxy/limits/a.ts', `import { x } from '../door/doors.ts';`],
    ['a protocol importing its sister', 'web/pop3/a.ts', `import { x } from '../smtp/session.ts';`],
    ['sync reaching past the store interface', 'web/sync/a.ts', `import { x } from '../store/idb-store.ts';`],
    ['state reaching past the api interface', 'web/state/a.ts', `import { x } from '../api/client.ts';`],
    ['an npm package in the wrong room', 'web/pop3/a.ts', `import { openDB } from 'idb';`],
    ['a Node module in the page', 'web/store/a.ts', `import { join } from 'node:path';`],
    [
      'a component importing the worker',
      'web/ui/A.svelte',
      `<script lang="ts">import '../worker/worker.ts';</script>`,
    ],
    ['a specifier without its ending', 'web/wire/a.ts', `import { x } from './b';`],
    ['a folder no rule knows', 'web/misc/a.ts', `import { x } from '../errors.ts';`],
  ])('finds %s', (_name, path, text) => {
    expect(violations(path, text)).toHaveLength(1);
  });

  it.each([
    ['web/pop3/a.ts', `import { x } from '../sasl/plain.ts';\nimport { y } from '../wire/ascii.ts';`],
    ['web/transport/a.ts', `import { x } from '../../proxy/protocol.ts';`],
    ['web/sync/a.ts', `import type { x } from '../store/mail-store.ts';`],
    ['web/store/a.ts', `import { openDB } from 'idb';`],
    [
      'web/ui/A.svelte',
      `<script lang="ts">import x from '../state/a.svelte.ts';</script><p>import y from 'z'</p>`,
    ],
    ['proxy/demo/a.ts', `import { x } from '../protocol.ts';\nimport net from 'node:net';`],
  ])('accepts what the table allows in %s', (path, text) => {
    expect(violations(path, text)).toEqual([]);
  });

  it('finds a cycle through three files', () => {
    const files = [
      { path: 'web/wire/a.ts', text: `import './b.ts';` },
      { path: 'web/wire/b.ts', text: `import './c.ts';` },
      { path: 'web/wire/c.ts', text: `import './a.ts';` },
      { path: 'web/wire/d.ts', text: `import './a.ts';` },
    ];
    expect(findCycles(files)).toHaveLength(1);
  });
});
