/** Passphrases that can be read out, typed on a phone and not guessed. */

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aeiou';
const WORDS = 5;
const SYLLABLES = 2;

/** Five words of two syllables, by chance: 2^63 of them. `random` gives so many random octets. */
export function suggestPassphrase(
  random: (octets: Uint8Array<ArrayBuffer>) => Uint8Array = (octets) => crypto.getRandomValues(octets),
): string {
  const words = Array.from({ length: WORDS }, () =>
    Array.from({ length: SYLLABLES }, () => pick(CONSONANTS, random) + pick(VOWELS, random)).join(''),
  );
  return words.join(' ');
}

/** All letters are equally likely: octets beyond the last whole round are drawn again. */
function pick(letters: string, random: (octets: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  const rounds = 256 - (256 % letters.length);
  for (;;) {
    const [octet = 0] = random(new Uint8Array(1));
    if (octet < rounds) return letters.charAt(octet % letters.length);
  }
}
