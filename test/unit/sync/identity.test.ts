import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageNumber, uidl, type Uidl } from '../../../web/model/ids.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import { identifyDuplicates } from '../../../web/sync/identity.ts';

/** `3:c:40` is message number 3 with unique-id c and 40 octets. */
function listing(text: string): ListedMessage[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((entry) => {
      const [number, uid = '', octets] = entry.split(':');
      return { number: messageNumber(Number(number)), uidl: uidl(uid), octets: Number(octets) };
    });
}
const asKnown = (text: string): Set<Uidl> =>
  new Set(
    text
      .split(',')
      .filter(Boolean)
      .map((identity) => uidl(identity.trim().replace('|', '\n'))),
  );

/** One word a message: its number, its identity, and `!` when it is new. */
const shown = (listed: string, known: string): string =>
  identifyDuplicates(listing(listed), asKnown(known))
    .map(
      ({ message, isKnown }) =>
        `${message.number}=${message.uidl?.replace('\n', '|') ?? ''}${isKnown ? '' : '!'}`,
    )
    .join(', ');

describe('identity', () => {
  it.each([
    { name: 'is the unique-id of one alone', listed: '1:a:5 2:b:5', known: 'a', expected: '1=a, 2=b!' },
    {
      name: 'of the oldest is the bare unique-id',
      listed: '1:a:5 2:a:7',
      known: '',
      expected: '1=a!, 2=a|7 1!',
    },
    {
      name: 'does not hang on the order of the listing',
      listed: '2:a:7 1:a:5',
      known: '',
      expected: '2=a|7 1!, 1=a!',
    },
    {
      name: 'of twins of one size counts',
      listed: '1:a:5 2:a:5 3:a:5',
      known: '',
      expected: '1=a!, 2=a|5 1!, 3=a|5 2!',
    },
    { name: 'is known again', listed: '1:a:5 2:a:7', known: 'a, a|7 1', expected: '1=a, 2=a|7 1' },
    {
      name: 'of a second one, when the first came alone',
      listed: '1:a:5 2:a:7',
      known: 'a',
      expected: '1=a, 2=a|7 1!',
    },
    { name: 'is kept when the oldest vanishes', listed: '1:a:7', known: 'a, a|7 1', expected: '1=a|7 1' },
    { name: 'is kept when the youngest vanishes', listed: '1:a:5', known: 'a, a|7 1', expected: '1=a' },
    {
      name: 'of one that comes after the oldest vanished is new',
      listed: '1:a:7 2:a:9',
      known: 'a, a|7 1',
      expected: '1=a|7 1, 2=a|9 1!',
    },
    { name: 'of the rest after an interruption', listed: '1:a:5', known: 'a|7 1', expected: '1=a!' },
    { name: 'of one fetched before an interruption', listed: '1:a:7', known: 'a|7 1', expected: '1=a|7 1' },
    {
      name: 'of a new twin of a known size',
      listed: '1:a:5 2:a:5 3:a:5',
      known: 'a, a|5 1',
      expected: '1=a, 2=a|5 1, 3=a|5 2!',
    },
    {
      name: 'survives a gap in the counting',
      listed: '1:a:5 2:a:5',
      known: 'a, a|5 4',
      expected: '1=a, 2=a|5 4',
    },
    { name: 'does not need sizes', listed: '1:a:0 2:a:0', known: 'a, a|7 1', expected: '1=a, 2=a|7 1' },
    { name: 'did not need sizes', listed: '1:a:5 2:a:7', known: 'a, a|0 1', expected: '1=a, 2=a|0 1' },
  ])('$name', ({ listed, known, expected }) => {
    expect(shown(listed, known)).toBe(expected);
  });

  it('of a header without a unique-id works the same', () => {
    const named = listing('1:a:5 2:a:7').map((message) => ({ ...message, uidl: uidl('\nhash=') }));
    const [one, two] = identifyDuplicates(named, new Set());
    expect([one?.message.uidl, two?.message.uidl]).toEqual(['\nhash=', '\nhash=\n7 1']);
    const known = new Set([one, two].flatMap((found) => found?.message.uidl ?? []));
    expect(identifyDuplicates(named, known).map(({ isKnown }) => isKnown)).toEqual([true, true]);
  });

  it('stays missing where there is none', () => {
    const nameless = { number: messageNumber(1), uidl: null, octets: 5 };
    expect(identifyDuplicates([nameless, nameless], new Set([uidl('')]))).toEqual([
      { message: nameless, isKnown: false },
      { message: nameless, isKnown: false },
    ]);
  });

  it('of 100,000 messages with one unique-id is found in no time', () => {
    const listed = listing(Array.from({ length: 100_000 }, (_, i) => `${i + 1}:a:${i % 7}`).join(' '));
    const first = identifyDuplicates(listed, new Set()).flatMap(({ message }) => message.uidl ?? []);
    expect(new Set(first).size).toBe(100_000);
    expect(identifyDuplicates(listed, new Set(first)).every(({ isKnown }) => isKnown)).toBe(true);
  });
});

/** What happens to a maildrop whose messages may share unique-ids: one comes, one vanishes, or a fetch takes a few. */
type Happening = { what: 'comes'; uid: string } | { what: 'goes' | 'fetch'; which: number };
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ what: fc.constant('comes' as const), uid: fc.constantFrom('a', 'b') }),
  fc.record({ what: fc.constantFrom('goes' as const, 'fetch' as const), which: fc.nat(9) }),
);

/** A maildrop, and who fetches from it. No two messages have one size: of those alike nobody could tell which is which. */
class Life {
  #maildrop: { uid: string; octets: number }[] = [];
  readonly #known = new Set<Uidl>();
  readonly fetched: number[] = [];
  #came = 0;

  get there(): number[] {
    return this.#maildrop.map(({ octets }) => octets);
  }

  live(event: Happening): void {
    if (event.what === 'comes') this.#maildrop.push({ uid: event.uid, octets: ++this.#came });
    else if (event.what === 'fetch') this.fetch(event.which);
    else this.#vanish(event.which);
  }

  /** Newest first, and interrupted after so many. */
  fetch(most: number): void {
    const listed = this.#maildrop.map(({ uid, octets }, index) => ({
      number: messageNumber(index + 1),
      uidl: uidl(uid),
      octets,
    }));
    const fresh = identifyDuplicates(listed, this.#known).filter(({ isKnown }) => !isKnown);
    for (const { message } of fresh.toReversed().slice(0, most)) {
      if (message.uidl !== null) this.#known.add(message.uidl);
      this.fetched.push(message.octets);
    }
  }

  /** One of a unique-id stays: no client could tell that a unique-id is used again when it was free meanwhile. */
  #vanish(index: number): void {
    const gone = this.#maildrop[index];
    const sharing = this.#maildrop.filter(({ uid }) => uid === gone?.uid);
    if (gone === undefined || sharing.length < 2) return;
    // And the oldest stays until the others were fetched: its unique-id alone would be taken for theirs.
    if (sharing[0] === gone) this.fetch(Infinity);
    this.#maildrop = this.#maildrop.filter((message) => message !== gone);
  }
}

it('loses nothing and takes nothing twice, whatever comes and goes while one of a unique-id stays', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
      const life = new Life();
      for (const event of happenings) life.live(event);
      life.fetch(Infinity);
      expect(life.there.filter((octets) => !life.fetched.includes(octets))).toEqual([]);
      expect(new Set(life.fetched).size).toBe(life.fetched.length);
    }),
    { numRuns: 2000 },
  );
});
