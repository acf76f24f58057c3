/**
 * Build step: writes the page's Content-Security-Policy into the built page, so that it holds on any web host, not only
 * behind our proxy. Not while developing: hot reloading puts styles into the page, which the policy refuses.
 */
import type { Plugin } from 'vite';

/** `policy` without the directives that a `<meta>` may not say. */
export function cspPlugin(policy: string): Plugin {
  return {
    name: 'poplar-csp',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
          // A policy binds only what comes after it.
          injectTo: 'head-prepend',
        },
      ],
    },
  };
}
