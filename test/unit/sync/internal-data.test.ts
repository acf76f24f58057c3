import { expect, it } from 'vitest';
import { messageNumber, uidl } from '../../../web/model/ids.ts';
import { isInternalData } from '../../../web/sync/internal-data.ts';

const NOTE = "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA";
const SYSTEM = 'Mail System Internal Data';

it.each([
  { name: 'the note of UW ipop3d', number: 1, subject: NOTE, from: SYSTEM, expected: true },
  { name: 'one further down', number: 2, subject: NOTE, from: SYSTEM, expected: false },
  { name: 'one from somebody', number: 1, subject: NOTE, from: 'Ann', expected: false },
  { name: 'one about it', number: 1, subject: `Re: ${NOTE}`, from: SYSTEM, expected: false },
])('$name', ({ number, subject, from, expected }) => {
  const listed = { number: messageNumber(number), uidl: uidl('a'), octets: 1 };
  const digest = {
    from: { name: from, address: '' },
    to: [],
    subject,
    sentAt: null,
    preview: '',
    hasAttachment: false,
  };
  expect(isInternalData(listed, digest)).toBe(expected);
});
