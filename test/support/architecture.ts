/** The import table of the house as data, and a checker that reads sources as text through TypeScript's own scanner. */
import { dirname, posix } from 'node:path';
import ts from 'typescript';

export interface SourceFile {
  /** Relative to the repository, with slashes. */
  path: string;
  text: string;
}

export interface ImportEdge {
  specifier: string;
  /** Repository path of a relative import, null for a package. */
  path: string | null;
}

interface Rule {
  /** Rooms (or single files) that may be imported besides the own room. */
  rooms: readonly string[];
  /** Packages that may be imported; `node:*` stands for all built-in modules. */
  packages: readonly string[];
}

const base = ['web/errors', 'web/model', 'web/wire'];
const proxyBase = ['proxy/protocol', 'proxy/error-code', 'proxy/tunnel-failure'];
const svelte = ['svelte', 'svelte/*'];

const belowWorker = [
  ...base,
  'web/sasl',
  'web/message',
  'web/move',
  'web/pop3',
  'web/transport',
  'web/store',
  'web/sync',
  'web/api',
];

/** Who may import whom. A room that is not listed may not exist. */
const table: Record<string, Rule> = {
  'web/errors': { rooms: [], packages: [] },
  'web/html': { rooms: [], packages: ['dompurify'] },
  'web/model': { rooms: ['web/errors'], packages: [] },
  'web/wire': { rooms: ['web/errors', 'web/model'], packages: [] },
  'web/sasl': { rooms: base, packages: ['@noble/hashes/*'] },
  'web/message': { rooms: base, packages: ['postal-mime'] },
  // What other devices and programs have fetched: files to be read and written, pure.
  'web/move': { rooms: base, packages: ['valibot'] },
  'web/pop3': { rooms: [...base, 'web/sasl'], packages: ['@noble/hashes/*'] },
  'web/transport': { rooms: [...base, 'proxy/protocol'], packages: ['valibot'] },
  'web/store': { rooms: ['web/errors', 'web/model'], packages: ['idb'] },
  'web/sync': {
    rooms: [...base, 'web/sasl', 'web/message', 'web/pop3', 'web/store/mail-store'],
    packages: [],
  },
  'web/api': { rooms: ['web/errors', 'web/model'], packages: [] },
  'web/worker': { rooms: belowWorker, packages: ['valibot'] },
  'web/state': { rooms: ['web/errors', 'web/model', 'web/api/mail-api'], packages: svelte },
  'web/i18n': { rooms: [], packages: [] },
  'web/ui': {
    rooms: ['web/state', 'web/model', 'web/html', 'web/errors', 'web/i18n'],
    packages: svelte,
  },
  'web/main': { rooms: ['web/ui', 'web/state', 'web/api', 'web/worker/worker'], packages: svelte },
  'web/service-worker': { rooms: ['web/offline'], packages: [] },
  // What the service worker decides, pure.
  'web/offline': { rooms: [], packages: [] },
  // Code of the build, not of the page.
  'web/build': { rooms: [], packages: ['vite', 'node:*'] },
  // For the version, which the build puts into the bundle.
  'package.json': { rooms: [], packages: [] },
  'proxy/protocol': { rooms: [], packages: [] },
  'proxy/error-code': { rooms: [], packages: [] },
  'proxy/tunnel-failure': { rooms: ['proxy/protocol'], packages: [] },
  // Hosts, networks and addresses: pure.
  'proxy/address': { rooms: [], packages: ['node:url', 'ipaddr.js'] },
  // What the operator sees.
  'proxy/report': { rooms: ['proxy/protocol'], packages: ['pino', 'ipaddr.js', 'prom-client'] },
  'proxy/limits': {
    rooms: [...proxyBase, 'proxy/address', 'proxy/report'],
    packages: ['node:*', 'ioredis', 'rate-limiter-flexible'],
  },
  'proxy/dial': { rooms: [...proxyBase, 'proxy/address'], packages: ['node:*', 'ipaddr.js'] },
  'proxy/tunnel': {
    rooms: [...proxyBase, 'proxy/address', 'proxy/dial', 'proxy/limits', 'proxy/report'],
    packages: ['node:*', 'ws', 'valibot'],
  },
  'proxy/door': {
    rooms: [...proxyBase, 'proxy/address', 'proxy/limits', 'proxy/report', 'proxy/tunnel'],
    packages: ['node:*'],
  },
  // Values for all the other rooms, and so their types and readers.
  'proxy/settings': {
    rooms: ['proxy/address', 'proxy/door', 'proxy/limits', 'proxy/report', 'proxy/tunnel'],
    packages: ['node:*'],
  },
  'proxy/demo': { rooms: ['proxy/protocol'], packages: ['node:*', 'smtp-server'] },
  // The proxy put together.
  proxy: {
    rooms: [
      ...proxyBase,
      'proxy/address',
      'proxy/report',
      'proxy/limits',
      'proxy/dial',
      'proxy/tunnel',
      'proxy/door',
      'proxy/settings',
      'proxy/demo',
      'package.json',
    ],
    packages: ['node:*'],
  },
};

/** The room of a repository path: the most specific entry of the table, or null. */
function roomOf(path: string): string | null {
  const bare = path.replace(/\?.*$/, '').replace(/\.(svelte\.ts|ts|svelte|css)$/, '');
  let best: string | null = null;
  for (const room of Object.keys(table)) {
    if ((bare === room || bare.startsWith(`${room}/`)) && room.length > (best?.length ?? 0)) best = room;
  }
  return best;
}

/** All imports of a file: static, type-only, re-exports and dynamic ones. Of a component only its scripts are read. */
export function importsOf(file: SourceFile): ImportEdge[] {
  const code = file.path.endsWith('.svelte')
    ? [...file.text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '').join('\n')
    : file.text;
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName: specifier }) => ({
    specifier,
    path: specifier.startsWith('.') ? posix.join(dirname(file.path), specifier) : null,
  }));
}

/** Every import that the table does not allow, as a readable line. */
export function findViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    const rule = room === null ? undefined : table[room];
    if (room === null || rule === undefined) return [`${file.path} is in no room of the table`];
    return importsOf(file)
      .filter((edge) => !allowed(edge, room, rule))
      .map((edge) => `${file.path} (${room}) may not import ${edge.specifier}`);
  });
}

function allowed(edge: ImportEdge, room: string, rule: Rule): boolean {
  if (edge.path === null) return rule.packages.some((name) => matchesPackage(edge.specifier, name));
  if (!/\.(ts|svelte|css|json)(\?.*)?$/.test(edge.path)) return false;
  const target = roomOf(edge.path);
  if (target === null) return false;
  if (target === room) return true;
  const bare = edge.path.replace(/\?.*$/, '').replace(/\.ts$/, '');
  return rule.rooms.some((name) => (name in table ? target === name : bare === name));
}

function matchesPackage(specifier: string, pattern: string): boolean {
  return pattern.endsWith('*') ? specifier.startsWith(pattern.slice(0, -1)) : specifier === pattern;
}

/** Import cycles, each as the list of its files; a cycle is reported once. */
export function findCycles(files: readonly SourceFile[]): string[][] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file).flatMap((edge) => (edge.path === null ? [] : [edge.path.replace(/\?.*$/, '')])),
    ]),
  );
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const visit = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      cycles.push(trail.slice(at));
      return;
    }
    if (finished.has(path)) return;
    for (const next of edges.get(path) ?? []) if (edges.has(next)) visit(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}
