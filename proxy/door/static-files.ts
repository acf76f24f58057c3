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

interface StaticFile {
  body: Buffer;
  etag: string;
  headers: Readonly<Record<string, string>>;
}

/** The files of a folder by the path they are asked for with. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

/** Reads a folder. Rejects when it cannot be read. Hidden files are left out, links are not followed. */
export async function readStaticFiles(root: string): Promise<StaticFiles> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = new Map<string, StaticFile>();
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(root, file).split(sep).join('/')}`;
    if (!entry.isFile() || path.includes('/.')) continue;
    files.set(path, describe(path, await readFile(file)));
  }
  return files;
}

function describe(path: string, body: Buffer): StaticFile {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = {
    ...COMMON_HEADERS,
    'content-security-policy': contentSecurityPolicy(path),
    'content-type': TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'content-length': String(body.length),
    // Files below assets/ carry a hash of their content in their name. All others must be asked for again.
    'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
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
  if (isKnown(request.headers['if-none-match'], found.etag)) {
    const { 'content-length': _length, 'content-type': _type, ...headers } = found.headers;
    response.writeHead(304, headers).end();
    return true;
  }
  response.writeHead(200, found.headers);
  // Node drops the body of an answer to HEAD by itself.
  response.end(found.body);
  return true;
}

/** RFC 9110 §13.1.2, weak comparison: a reverse proxy that compresses makes our tag weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
