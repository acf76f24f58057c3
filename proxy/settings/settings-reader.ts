/** Settings by their rules: texts become values, and a text that breaks its rule becomes a mistake with the rule. */
import { quote, type OptionName, type Settings } from './options.ts';

/** A value in words, and how to read it: null when the text breaks the rule. */
export interface Rule<T> {
  rule: string;
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

  many<T>(name: OptionName, { rule, parse }: Rule<T>): T[] {
    return (this.#settings.get(name) ?? []).flatMap(({ value: text, from }) => {
      const value = typeof text === 'string' ? parse(text) : null;
      if (value !== null) return [value];
      this.#mistakes.push(`${from} ${typeof text === 'string' ? quote(text) : 'has no value'}: ${rule}`);
      return [];
    });
  }
}
