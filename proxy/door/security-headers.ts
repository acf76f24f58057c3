/**
 * What the browser is told to refuse: Content-Security-Policy and its relatives, for the page and for the frame that
 * HTML mail is shown in. Pure text, imports nothing, so that the build can put the same policy into the page itself.
 */

/** Policy of the page. Scripts only from here, connections only to here, strings never become markup. */
export const PAGE_CSP = policy({
  'default-src': `'none'`,
  'script-src': `'self'`,
  'style-src': `'self'`,
  'img-src': `'self' blob: data:`,
  // 'self' covers the tunnel's WebSocket too (CSP 3 §6.7.2.8: ws matches http, wss matches https).
  'connect-src': `'self'`,
  'worker-src': `'self'`,
  'frame-src': `'self'`,
  'manifest-src': `'self'`,
  'form-action': `'none'`,
  'base-uri': `'none'`,
  'frame-ancestors': `'none'`,
  'require-trusted-types-for': `'script'`,
  'trusted-types': 'svelte-trusted-html poplar-url dompurify',
});

/** Policy of mail-frame.html, the home of HTML mail: nothing is loaded, nothing runs, nothing is sent. */
export const MAIL_FRAME_CSP = policy({
  'default-src': `'none'`,
  'style-src': `'unsafe-inline'`,
  'img-src': 'blob: data:',
  'font-src': `'none'`,
  'form-action': `'none'`,
  'base-uri': `'none'`,
  'frame-ancestors': `'self'`,
  sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox',
});

/** The path (relative to the page) of the frame that has a policy of its own. */
export const MAIL_FRAME_PATH = 'mail-frame.html';

/** PAGE_CSP without what a `<meta http-equiv>` may not say (CSP 3 §3.3). */
export const PAGE_CSP_META = PAGE_CSP.split('; ')
  .filter((directive) => !/^(frame-ancestors|sandbox|report-uri)/.test(directive))
  .join('; ');

/**
 * Headers of every answer, whatever it is. X-Frame-Options is not among them: every browser that Poplar runs in knows
 * frame-ancestors, which says more. Nor is Cross-Origin-Embedder-Policy: nothing here needs shared memory, and it would
 * keep pictures out that the person allows.
 */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), ' +
    'magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()',
};

/** RFC 6797: a year of nothing but https. Not for sub-domains, which may be somebody else's. */
const STRICT_TRANSPORT = 'max-age=31536000';

/**
 * The headers of an answer that goes back over TLS; in clear they would mean nothing (RFC 6797 §7.2). Browsers pin no
 * addresses (§8.1.1), but some pin localhost, on all its ports, and with it everything else that runs on a machine.
 */
export function transportHeaders(host: string | undefined, isTls: boolean): Record<string, string> {
  const isLocal = /^(?:[\w.-]+\.)?localhost\.?(?::\d+)?$/i.test(host ?? '');
  return isTls && !isLocal ? { 'strict-transport-security': STRICT_TRANSPORT } : {};
}

/**
 * The policy for a path below the page's folder. The page may connect to `connectOrigins` too. It is the header of the
 * worker's script that decides there, not the page's own <meta>: a worker has a policy of its own (CSP 3 §4.2).
 */
export function contentSecurityPolicy(path: string, connectOrigins: readonly string[] = []): string {
  if (path === `/${MAIL_FRAME_PATH}`) return MAIL_FRAME_CSP;
  return PAGE_CSP.replace(`connect-src 'self'`, [`connect-src 'self'`, ...connectOrigins].join(' '));
}

function policy(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}
