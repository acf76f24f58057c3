/**
 * The built page, out of one folder. It must not serve anything outside that folder, nor anything hidden.
 *
 * The folder is read once at start, a few megabytes, and a request is only ever looked up in that list: no path of a
 * stranger reaches the file system, so there is nothing to traverse, and a build under way is never half served.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { chooseEncoding, ENCODINGS, type Encoding } from './encoding.ts';
import { COMMON_HEADERS, contentSecurityPolicy } from './security-headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** One form of a file, as it goes over the wire. */
interface Form {
  body: Buffer;
  etag: string;
  headers: Readonly<Record<string, string>>;
}

interface StaticFile {
  plain: Form;
  /** Made while building; see web/build/compress-plugin.ts. */
  encoded: ReadonlyMap<Encoding, Form>;
}

const ENDINGS: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };
const DECODERS: Readonly<Record<Encoding, (form: Buffer) => Buffer>> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
};

/** The files of a folder by the path they are asked for with. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

/**
 * Reads a folder. Rejects when it cannot be read. Hidden files are left out, links are not followed. The page may connect
 * to `connectOrigins` beside its own.
 */
export async function readStaticFiles(
  root: string,
  connectOrigins: readonly string[] = [],
): Promise<StaticFiles> {
  const bodies = await readFolder(root);
  const files = new Map<string, StaticFile>();
  const describe = (path: string, body: Buffer, encoding: Encoding | 'identity' | null): Form =>
    describeForm(path, body, encoding, contentSecurityPolicy(path, connectOrigins));
  for (const [path, body] of bodies) {
    if (isEncodedForm(path)) continue;
    const encoded = new Map<Encoding, Form>();
    for (const encoding of ENCODINGS) {
      const compressed = bodies.get(path + ENDINGS[encoding]);
      if (compressed !== undefined && holds(compressed, encoding, body))
        encoded.set(encoding, describe(path, compressed, encoding));
    }
    const plain = describe(path, body, encoded.size > 0 ? 'identity' : null);
    files.set(path, { plain, encoded });
  }
  return files;
}

async function readFolder(root: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const bodies = new Map<string, Buffer>();
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(root, file).split(sep).join('/')}`;
    if (entry.isFile() && !path.includes('/.')) bodies.set(path, await readFile(file));
  }
  return bodies;
}

/** Such a one is a form of another file, and none to be asked for. */
function isEncodedForm(path: string): boolean {
  return Object.values(ENDINGS).some((ending) => path.endsWith(ending));
}

/** Whoever changes a file by hand after the build leaves its old forms behind: those are no forms of it any more. */
function holds(form: Buffer, encoding: Encoding, body: Buffer): boolean {
  try {
    return DECODERS[encoding](form).equals(body);
  } catch {
    return false; // Not even compressed.
  }
}

/** `encoding` is null where there is nothing to choose from. */
function describeForm(
  path: string,
  body: Buffer,
  encoding: Encoding | 'identity' | null,
  policy: string,
): Form {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = {
    ...COMMON_HEADERS,
    'content-security-policy': policy,
    'content-type': TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'content-length': String(body.length),
    // Files below assets/ carry a hash of their content in their name. All others must be asked for again.
    'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
    ...(encoding === null ? {} : { vary: 'accept-encoding' }),
    ...(encoding === null || encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  };
  return { body, etag, headers };
}

/** Answers a GET or HEAD for `path` (decoded, absolute). False when there is no such file. */
export function serveStatic(
  files: StaticFiles,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const found = files.get(path.endsWith('/') ? `${path}index.html` : path);
  if (found === undefined) return false;
  const wanted = chooseEncoding(request.headers['accept-encoding']?.toString(), [...found.encoded.keys()]);
  const form = (wanted === null ? undefined : found.encoded.get(wanted)) ?? found.plain;
  if (isKnown(request.headers['if-none-match'], form.etag)) {
    const { 'content-length': _length, 'content-type': _type, ...headers } = form.headers;
    response.writeHead(304, headers).end();
    return true;
  }
  response.writeHead(200, form.headers);
  // Node drops the body of an answer to HEAD by itself.
  response.end(form.body);
  return true;
}

/** RFC 9110 §13.1.2, weak comparison: a reverse proxy that compresses makes our tag weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
