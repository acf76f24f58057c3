import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../web/sync/redact.ts';

const redact = createRedactor({
  names: ['ada.l@example.org', 'ada.l@example.org'],
  secrets: ['s3cret+', 'OK'],
});

describe('a line of a transcript', () => {
  it.each([
    ['C: USER ada.l@example.org', 'C: USER ‹user›@example.org'],
    ['C: USER ada.l', 'C: USER ‹user›'],
    ['C: APOP ada.l@example.org ********', 'C: APOP ‹user›@example.org ********'],
    ['S: +OK Hello, Ada.L', 'S: +OK Hello, ‹user›'],
    ['S: -ERR no mailbox <ADA.L@EXAMPLE.ORG>', 'S: -ERR no mailbox <‹user›@example.org>'],
    ['S: +OK ready at pop.example.org', 'S: +OK ready at pop.example.org'],
    ['S: -ERR you said s3cret+', 'S: -ERR you said ********'],
    ['S: s3cret+', 'S: ********'],
    // The indicator is no password, though a password may look like it.
    ['S: +OK OK', 'S: +OK ********'],
    ['C: OK', 'C: OK'],
    ['S: x s3cret+y', 'S: x ********y'],
    // Part of a word is not the word.
    ['S: +OK Madada.lux', 'S: +OK Madada.lux'],
    ['S: +OK OKAPI', 'S: +OK OKAPI'],
    ['-- TLS TLSv1.3', '-- TLS TLSv1.3'],
  ])('%j is shown as %j', (line, shown) => {
    expect(redact(line)).toBe(shown);
  });

  it('is left alone when there is nothing to hide', () => {
    expect(createRedactor({ names: [''], secrets: [''] })('S: +OK $& \\ x')).toBe('S: +OK $& \\ x');
  });

  it.each(['a.b*c', '$&', '(', '\\', '[x]', 'ключ', 'pa ss', '^$', 'a/b-c'])(
    'hides %j as it is',
    (secret) => {
      expect(createRedactor({ names: [], secrets: [secret] })(`S: -ERR "${secret}" is wrong`)).toBe(
        'S: -ERR "********" is wrong',
      );
    },
  );
});
