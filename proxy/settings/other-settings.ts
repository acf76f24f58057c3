/**
 * Settings from beside the command line: the environment (`POPLAR_ALLOW_HOST=a.example,b.example`) and a JSON file
 * (`{ "allow-host": ["a.example"] }`). The names are those of the options; what the values mean is not known here.
 */
import { readFileSync } from 'node:fs';
import { findOption, OUTSIDE_COMMAND_LINE, quote, type OptionName, type Setting } from './options.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Found = Map<OptionName, readonly Setting[]>;

const PREFIX = 'POPLAR_';
/** Variables of this name say where mail servers for the tests are. */
const FOR_TESTS = 'POPLAR_SERVERS';
const TRUE = ['1', 'true', 'yes', 'on'];
const FALSE = ['0', 'false', 'no', 'off'];

/** The settings in environment variables; an empty one says nothing. */
export function readEnvironment(environment: Environment, mistakes: string[]): Found {
  const found: Found = new Map();
  for (const [key, text = ''] of Object.entries(environment)) {
    if (!key.startsWith(PREFIX) || key.startsWith(FOR_TESTS) || text.trim() === '') continue;
    const name = key.slice(PREFIX.length).toLowerCase().replaceAll('_', '-');
    const option = findOption(name);
    if (option === undefined || !OUTSIDE_COMMAND_LINE.has(name)) {
      mistakes.push(`${key}: there is no such option, see --help`);
      continue;
    }
    const texts = option.multiple === true ? text.split(',') : [text];
    const values = texts.map((part) => (option.type === 'boolean' ? readSwitch(part) : part.trim()));
    if (values.includes(null)) mistakes.push(`${key} ${quote(text)}: on or off`);
    found.set(name as OptionName, settingsOf(values, key));
  }
  return found;
}

/** The settings in a JSON file. */
export function readSettingsFile(file: string, mistakes: string[]): Found {
  const found: Found = new Map();
  const content = readObject(file);
  if (content === null) mistakes.push(`--config ${quote(file)}: a readable file with one JSON object`);
  for (const [name, value] of Object.entries(content ?? {})) {
    const from = `${name} in ${file}`;
    const option = findOption(name);
    if (option === undefined || !OUTSIDE_COMMAND_LINE.has(name) || name === 'config') {
      mistakes.push(`${from}: there is no such option, see --help`);
      continue;
    }
    const values = option.multiple === true ? [value].flat() : [value];
    const read = values.map((one) => readValue(one, option.type));
    if (read.includes(null)) {
      mistakes.push(`${from}: ${option.type === 'boolean' ? 'true or false' : 'a text or a number'}`);
    }
    found.set(name as OptionName, settingsOf(read, from));
  }
  return found;
}

/** Values as settings; one that could not be read is reported already. */
function settingsOf(values: readonly (string | boolean | null)[], from: string): Setting[] {
  return values.flatMap((value) => (value === null ? [] : [{ value, from }]));
}

function readSwitch(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  if (TRUE.includes(word)) return true;
  return FALSE.includes(word) ? false : null;
}

function readValue(value: unknown, type: 'boolean' | 'string'): string | boolean | null {
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function readObject(file: string): object | null {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? content : null;
  } catch {
    return null;
  }
}
