/**
 * The last resort for a message whose final dot never comes (RFC 1939 §3 wants one). Exchange 2000 glues it to a last
 * line without an end; others hang up in its place. Pure.
 *
 * Such a message is taken as whole only when all of this holds, and it is marked: the server ended the connection in
 * order or fell silent, it had failed at this very message before, and exactly as many octets came as LIST announced.
 */
const GLUED_DOT = [0x2e, 0x0d, 0x0a];
const LINE_END_OCTETS = 2;

/** The message without a glued dot, or null when its octets are not those that LIST announced. */
export function wholeWithoutDot<Buffer extends ArrayBufferLike>(
  received: Uint8Array<Buffer>,
  announcedOctets: number,
): Uint8Array<Buffer> | null {
  if (announcedOctets === 0) return null;
  if (received.length === announcedOctets) return received;
  const end = received.length - GLUED_DOT.length;
  const isGlued = end >= 0 && GLUED_DOT.every((octet, at) => received[end + at] === octet);
  // Some count the line end that they leave out. Either way more came than was announced: nothing can be missing.
  const isWhole = end === announcedOctets || end + LINE_END_OCTETS === announcedOctets;
  return isGlued && isWhole ? received.subarray(0, end) : null;
}
