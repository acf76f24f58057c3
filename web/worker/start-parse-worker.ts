/** Starts the parse worker in the browser. Its address is the only script address that this worker may run. */
import type { ParseWorker } from './parse-protocol.ts';
import parseWorkerUrl from './parse-worker.ts?worker&url';

/** The part of Trusted Types that is needed; TypeScript's library for workers does not know them. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): PolicyForScripts;
}
interface PolicyForScripts {
  createScriptURL(url: string): unknown;
}

/** Makes the function that starts a parse worker. To be called once: a policy's name can be used only once. */
export function parseWorkerStarter(): () => ParseWorker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('poplar-url', { createScriptURL: onlyOurs });
  return () => {
    // Browsers take a TrustedScriptURL here; the library still says string.
    const url = policy === undefined ? parseWorkerUrl : (policy.createScriptURL(parseWorkerUrl) as string);
    return new Worker(url, { type: 'module', name: 'poplar parser' });
  };
}

function onlyOurs(url: string): string {
  if (url !== parseWorkerUrl) throw new TypeError(`${url} is no script of this worker`);
  return url;
}
