/**
 * Takes persons and secrets out of the lines of a transcript. Secrets are masked where a command is made (pop3/command);
 * this is for what a server says of its own accord. Pure.
 *
 * The user name goes, too: as a rule it is an e-mail address, and transcripts are made to be shown to strangers. What
 * stays is its form (with a domain or without), because that is what people get wrong.
 */

export interface Private {
  /** User names and addresses. */
  names: readonly string[];
  /** Passwords and tokens. */
  secrets: readonly string[];
}

const NAME = '‹user›';
const MASK = '********';

/** The first word says what kind of line it is, and is nobody's name: a person may well be called `OK`. */
const KIND = /^(?:C: \S+|S: (?:\+OK|-ERR|\+)|-- \S+)/;

/** A secret this long is hidden even within a word. A shorter one is not: the holes would spell it out. */
const LONG_SECRET = 6;

/** A function that gives each line back without them. */
export function createRedactor({ names, secrets }: Private): (line: string) => string {
  const persons = names.flatMap((name) => [name, name.replace(/@.*$/s, '')]);
  const patterns = [
    ...byLength(secrets).map((secret) => [secretPattern(secret), () => MASK] as const),
    ...byLength(persons).map((name) => [wholeWord(name, 'giu'), () => withDomain(name)] as const),
  ];
  return (line) => {
    const kind = KIND.exec(line)?.[0] ?? '';
    const rest = patterns.reduce(
      (text, [pattern, shown]) => text.replace(pattern, shown),
      line.slice(kind.length),
    );
    return kind + rest;
  };
}

/** Longest first, so that no part of one is taken for another; none twice, none empty. */
function byLength(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text) => text !== ''))].toSorted((a, b) => b.length - a.length);
}

function secretPattern(secret: string): RegExp {
  return secret.length >= LONG_SECRET ? new RegExp(escape(secret), 'gu') : wholeWord(secret, 'gu');
}

function wholeWord(text: string, flags: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${escape(text)}(?![\\p{L}\\p{N}])`, flags);
}

/** As a pattern that means the text itself. */
function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function withDomain(name: string): string {
  const at = name.indexOf('@');
  return at < 0 ? NAME : NAME + name.slice(at);
}
