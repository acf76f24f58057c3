/**
 * Control frames that the proxy sends, checked to the last field: the proxy may be of another version, or somebody
 * else's. A type that is not known here is one of a newer proxy, and passed over. Knows shapes only; whether a frame is in order is the transport's business.
 */
import * as v from 'valibot';
import { MAX_PROXY_FRAME_OCTETS } from '../../proxy/protocol.ts';
import { PoplarError } from '../errors.ts';
import type { TransportSecurity } from '../wire/transport.ts';

const octets = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const certificateFacts = v.object({
  subject: v.string(),
  issuer: v.string(),
  names: v.array(v.string()),
  validFromMs: v.number(),
  validToMs: v.number(),
  sha256: v.string(),
});

const tlsFacts = v.object({ protocol: v.string(), cipher: v.string(), certificate: certificateFacts });

const proxyFrame = v.variant('type', [
  v.object({
    type: v.literal('reached'),
    hop: v.picklist(['name', 'connection']),
    address: v.string(),
  }),
  v.object({ type: v.literal('connected'), window: octets, tls: v.nullable(tlsFacts) }),
  v.object({ type: v.literal('secured'), tls: tlsFacts }),
  v.object({
    type: v.literal('certificate'),
    tls: tlsFacts,
    chain: v.array(v.string()),
    // A string for the same reason as the code below.
    problem: v.nullable(v.string()),
  }),
  v.object({ type: v.literal('credit'), octets }),
  v.object({ type: v.literal('end') }),
  v.object({ type: v.literal('draining'), withinMs: v.pipe(v.number(), v.minValue(0)) }),
  v.object({
    type: v.literal('failed'),
    // A string, not the known codes: a newer proxy's reason is still a reason.
    code: v.string(),
    message: v.string(),
    certificate: v.optional(certificateFacts),
  }),
]);

/** A ProxyFrame as received. */
export type ReceivedFrame = v.InferOutput<typeof proxyFrame>;
export type ReceivedTls = v.InferOutput<typeof tlsFacts>;

const KNOWN: ReadonlySet<string> = new Set(proxyFrame.options.map(({ entries }) => entries.type.literal));
const anyFrame = v.object({ type: v.string() });

/**
 * Reads a text frame; null when its type is not known here. Throws PoplarError `proxy-protocol`, which never repeats
 * what was sent.
 */
export function parseProxyFrame(text: string): ReceivedFrame | null {
  if (new TextEncoder().encode(text).length > MAX_PROXY_FRAME_OCTETS) {
    throw proxyProtocolError('The proxy sent a control frame that is too long.');
  }
  const json = parseJson(text);
  if (v.is(anyFrame, json) && !KNOWN.has(json.type)) return null;
  const parsed = v.safeParse(proxyFrame, json, { abortEarly: true });
  if (!parsed.success) throw proxyProtocolError('The proxy sent a control frame that is not understood.');
  return parsed.output;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw proxyProtocolError('The proxy sent a control frame that is not JSON.');
  }
}

/** The other end does not keep to proxy/protocol.ts. */
export function proxyProtocolError(message: string): PoplarError {
  return new PoplarError('proxy-protocol', 'proxy', { detail: { message } });
}

/** What the proxy saw of the TLS that it ended. */
export function toSecurity({ protocol, cipher, certificate }: ReceivedTls): TransportSecurity {
  const { subject, issuer, names, validToMs, sha256 } = certificate;
  return { endsIn: 'proxy', protocol, cipher, subject, issuer, names, validToMs, sha256 };
}
