/**
 * Control frames as text: what the page may say, checked to the last field, and what the proxy answers.
 * Knows shapes only; whether a frame is in order is the tunnel's business.
 */
import * as v from 'valibot';
import { isPort } from '../address/host-port.ts';
import { MAX_CONTROL_FRAME_OCTETS, MAX_TOKEN_LENGTH, WINDOW_OCTETS } from '../protocol.ts';
import type { PageFrame, ProxyFrame } from '../protocol.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

/** RFC 1035 §2.3.4, the longest host name there is. */
const MAX_HOST_LENGTH = 253;
/** A page may ask for a wider window than ours, but not for so much that its own memory is at stake. */
const MAX_WINDOW_OCTETS = 4 * WINDOW_OCTETS;
/** C0, DEL, C1, and the Unicode line, direction and invisible marks that have no place in a host name. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** As Node writes fingerprints. */
const SHA256 = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/;

const octets = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));

/** Of every frame that may come first. */
const admission = {
  token: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TOKEN_LENGTH))),
};

const destination = {
  host: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(MAX_HOST_LENGTH),
    v.check((host) => !INVISIBLE.test(host), 'control characters in host'),
  ),
  port: v.pipe(v.number(), v.check(isPort, 'not a port')),
};

const pinned = { pin: v.exactOptional(v.pipe(v.string(), v.regex(SHA256))) };

const pageFrame = v.variant('type', [
  v.strictObject({
    type: v.literal('connect'),
    ...destination,
    security: v.picklist(['tls', 'none']),
    window: octets(MAX_WINDOW_OCTETS),
    ...admission,
    ...pinned,
  }),
  v.strictObject({ type: v.literal('start-tls'), ...pinned }),
  v.strictObject({ type: v.literal('look-up'), ...destination, ...admission }),
  v.strictObject({ type: v.literal('start-look-up') }),
  v.strictObject({ type: v.literal('credit'), octets: octets(MAX_WINDOW_OCTETS) }),
  v.strictObject({ type: v.literal('end') }),
]);

/** Reads a text frame. Throws TunnelFailure `bad-frame`, which never repeats what was sent. */
export function parsePageFrame(frame: Buffer): PageFrame {
  if (frame.length > MAX_CONTROL_FRAME_OCTETS) throw badFrame('A control frame was too long.');
  const parsed = v.safeParse(pageFrame, parseJson(frame), { abortEarly: true });
  if (!parsed.success) throw badFrame('A control frame was not understood.');
  return parsed.output;
}

function parseJson(frame: Buffer): unknown {
  try {
    return JSON.parse(frame.toString('utf8'));
  } catch {
    throw badFrame('A control frame was not JSON.');
  }
}

export function badFrame(message: string): TunnelFailure {
  return new TunnelFailure('bad-frame', message);
}

export function encodeProxyFrame(frame: ProxyFrame): string {
  return JSON.stringify(frame);
}
