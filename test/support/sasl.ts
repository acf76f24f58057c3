/** What exchanges need in tests: the same nonce each time. */
import type { SaslContext } from '../../web/sasl/mechanism.ts';

/** A context whose nonces are always this one. */
export function fixedContext(nonce = 'fyko+d2lbbFgONRv9qkxdawL', host = 'pop.example.test'): SaslContext {
  return { service: 'pop', host, port: 995, createNonce: () => nonce };
}
