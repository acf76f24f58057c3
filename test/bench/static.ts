/** The few lines of file serving that the benchmark's page needs; the product's own static server has its own policy. */
import { createReadStream } from 'node:fs';
import type { RequestListener } from 'node:http';
import { basename, extname, join } from 'node:path';

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Serves `index.html` and the files of `assets/`; anything else is 404. */
export function serveFolder(folder: string): RequestListener {
  return (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const name = basename(path);
    const file = path.startsWith('/assets/') ? join(folder, 'assets', name) : join(folder, 'index.html');
    const stream = createReadStream(file);
    stream.on('open', () =>
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream'),
    );
    stream.on('error', () => response.writeHead(404).end());
    stream.pipe(response);
  };
}
