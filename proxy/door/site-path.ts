/** Paths below the folder that the page is mounted at. Pure. */

/** RFC 3986 §2.3: nothing that would have to be escaped, and no empty, `.` or `..` segments. */
const BASE_PATH = /^(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._~-]+)*$/;

/** The path with a slash at each end, or null when it cannot be one. */
export function parseBasePath(text: string): string | null {
  const bare = `/${text}`.replace(/\/+$/, '').replace(/^\/+/, '/');
  return BASE_PATH.test(bare === '/' ? '' : bare) ? `${bare === '/' ? '' : bare}/` : null;
}

/**
 * The decoded path of a request below `basePath`, with its first slash: `/info` for `/mail/info`. `at-base` when only the
 * last slash of the base is missing; null when it is elsewhere, or no path.
 */
export function sitePath(url: string, basePath: string): string | 'at-base' | null {
  const path = decodedPath(url);
  if (path === null) return null;
  if (path.startsWith(basePath)) return path.slice(basePath.length - 1);
  return `${path}/` === basePath ? 'at-base' : null;
}

/** The decoded path of a request, or null when it cannot be one. */
export function decodedPath(url: string): string | null {
  const path = url.split('?', 1)[0] ?? '';
  try {
    return path.startsWith('/') ? decodeURIComponent(path) : null;
  } catch {
    return null; // A percent sign that escapes nothing.
  }
}
