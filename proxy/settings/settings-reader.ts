/** Settings by their rules: texts become values, and a text that breaks its rule becomes a mistake with the rule. */
import { quote, type OptionName, type Settings } from './options.ts';

/** A value in words, and how to read it: null when the text breaks the rule. */
export interface Rule<T> {
  rule: string;
  /** What was written may hold a password, even when it is wrong: a mistake does not repeat it. */
  isSecret?: true;
  parse(text: string): T | null;
}

export class SettingsReader {
  readonly #settings: Settings;
  readonly #mistakes: string[];

  constructor(settings: Settings, mistakes: string[]) {
    this.#settings = settings;
    this.#mistakes = mistakes;
  }

  flag(name: OptionName): boolean {
    return this.#settings.get(name)?.at(-1)?.value === true;
  }

  /** Whether anything was said of it, right or wrong. */
  has(name: OptionName): boolean {
    return this.#settings.has(name);
  }

  /** Reports what no single setting shows. */
  mistake(text: string): void {
    this.#mistakes.push(text);
  }

  one<T>(name: OptionName, fallback: T, rule: Rule<T>): T {
    return this.many(name, rule).at(-1) ?? fallback;
  }

  many<T>(name: OptionName, { rule, isSecret, parse }: Rule<T>): T[] {
    return (this.#settings.get(name) ?? []).flatMap(({ value: text, from }) => {
      const value = typeof text === 'string' ? parse(text) : null;
      if (value !== null) return [value];
      const written = isSecret === true ? 'is not understood' : quote(String(text));
      this.#mistakes.push(`${from} ${typeof text === 'string' ? written : 'has no value'}: ${rule}`);
      return [];
    });
  }
}
