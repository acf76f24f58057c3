/** A technical mailing list: a thread with code and nested quotes about labels on curved rivers. */
import type { SampleClock } from './clock.ts';
import { quote, type Letter } from './compose.ts';
import { listHeaders } from './garden.ts';
import { text } from './parts.ts';
import type { Person } from './people.ts';

const list: Person = { name: '', address: 'riverlabel@lists.openmaps.example', zone: '+0000' };
const wen: Person = { name: 'Wen Halloran', address: 'wen@halloran.example', zone: '-0500' };
const oskar: Person = { name: 'Oskar Brandvold', address: 'oskar@brandvold.example', zone: '+0100' };
const sam: Person = { name: 'Sam Iyer', address: 'sam.iyer@contour.example', zone: '+0530' };

const HEADERS = listHeaders('riverlabel', 'lists.openmaps.example', 'riverlabel development');
const SUBJECT = '[riverlabel] Labels collide on tight bends';

const REPORT = `Hi all,

with 2.4 the labels collide on tight bends when the letters are wider than the bend is deep. Test case: the loop south
of Brackwater, 1:25000, label "Old Ferry Meander", 9 pt.

Expected: the label moves to the next straight stretch, as it did in 2.3.
Seen: the second "r" of "Ferry" sits on top of the "M", and the "e" faces the wrong way.

I have bisected it to the change that replaced the angle test:

    for (const glyph of run) {
      const turn = angleBetween(path.tangentAt(glyph.start), path.tangentAt(glyph.end));
    - if (Math.abs(turn) > LIMIT) return reject(run);
    + if (turn > LIMIT) return reject(run);
    }

Bends to the left have a negative turn. They are never rejected any more.

Wen`;

const FIX = `Good find, and I am the one who did it. I had convinced myself that tangents come out normalised to 0..2 pi. They
do, but only in the debug build.

    - if (turn > LIMIT) return reject(run);
    + // Left bends turn the other way: compare the size of the turn, not its sign.
    + if (Math.abs(turn) > LIMIT) return reject(run);

With a test for both hands this time. Could you run your loop again with the branch "both-hands"?

Oskar`;

/** The thread about bends. */
export function cartographyList(_clock: SampleClock): Letter[] {
  const common = { to: [list], headers: HEADERS };
  const re = SUBJECT.replace('] ', '] Re: ');
  return [
    {
      ...common,
      name: 'bends-1',
      from: wen,
      subject: SUBJECT,
      when: { daysAgo: 20, at: '14:50' },
      body: text(REPORT),
    },
    {
      ...common,
      name: 'bends-2',
      from: oskar,
      subject: re,
      when: { daysAgo: 20, at: '22:31' },
      after: ['bends-1'],
      body: text(
        `${FIX}\n\n${quote('Wen Halloran wrote:', 'Bends to the left have a negative turn. They are never rejected any more.')}`,
      ),
    },
    {
      ...common,
      name: 'bends-3',
      from: sam,
      subject: re,
      when: { daysAgo: 19, at: '11:17' },
      after: ['bends-1', 'bends-2'],
      body: text(`Ran it over the whole Ganges delta, which is nothing but bends to the left and bends to the right. 41,210 labels,
212 rejected (2.3 had 209, I looked at the three: the new ones are right).

Time went from 3.9 s to 3.9 s. Ship it.

Sam

${quote('Oskar Brandvold wrote:', `With a test for both hands this time.\n\n${quote('Wen Halloran wrote:', 'I have bisected it to the change that replaced the angle test')}`)}`),
    },
    {
      ...common,
      name: 'bends-4',
      from: wen,
      subject: re,
      when: { daysAgo: 18, at: '13:02' },
      after: ['bends-1', 'bends-2', 'bends-3'],
      body: text(`Confirmed, the Old Ferry Meander reads like a river again. Thank you, Oskar, and thank you for the comment. It is the
comment I would have needed.

Mira, if you read this: your Brackwater sheet can be drawn with 2.4.1, it comes out on Monday.

Wen`),
    },
  ];
}
