/** The worker of store.test.ts: runs cases of the store's contract, and fills the disk, in a real browser. */
import type { PoplarError } from '../../web/errors.ts';
import { openIdbStore } from '../../web/store/idb-store.ts';
import type { MailStore } from '../../web/store/mail-store.ts';
import { MAIL_STORE_CONTRACT } from '../unit/store/mail-store-contract.ts';
import { account, messages } from '../unit/store/mail-fixtures.ts';

export type Job =
  | { do: 'case'; index: number }
  | { do: 'begin' }
  | { do: 'add'; name: string; octets: number }
  | { do: 'open'; name: string }
  | { do: 'lost' }
  | { do: 'count' };

/** What became of an `add`: how many were added, or the error's code; and what the store holds then. */
export interface Added {
  added: number | string;
  kept: number;
  use: { messages: number; octets: number };
}

const anna = account('anna');
let store: MailStore | null = null;
/** Of the `open` job: the store, and what becomes of it. */
let watched: MailStore | null = null;
let lost: Promise<string> = Promise.resolve('');

self.onmessage = async ({ data }: MessageEvent<Job>) => {
  try {
    self.postMessage({ answer: await run(data) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};

async function run(job: Job): Promise<unknown> {
  if (job.do === 'case') return runCase(job.index);
  if (job.do === 'open') return openWatched(job.name);
  if (job.do === 'lost') return lost;
  if (job.do === 'count') return watched?.accounts().then((all) => all.length, reasonOf);
  store ??= await openIdbStore({ name: 'quota' });
  if (job.do === 'begin') return store.putAccount(anna, null);
  return add(store, job.name, job.octets);
}

/** Opens a store; `lost` then answers with the reason why it is lost, once it is. */
async function openWatched(name: string): Promise<string> {
  watched?.close();
  let onLost: (error: unknown) => void = () => undefined;
  lost = new Promise<string>((resolve) => (onLost = (error) => resolve(reasonOf(error))));
  try {
    watched = await openIdbStore({ name, onLost: (error) => onLost(error) });
    await watched.putAccount(anna, null);
    return 'open';
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  const { code, detail } = error as PoplarError;
  return `${code}: ${String(detail['reason'])}`;
}

async function runCase(index: number): Promise<void> {
  const opened: MailStore[] = [];
  const open = async (): Promise<MailStore> => {
    const one = await openIdbStore({ name: `contract-${index}` });
    opened.push(one);
    return one;
  };
  await MAIL_STORE_CONTRACT[index]?.run({ open });
  for (const one of opened) one.close();
}

async function add(to: MailStore, name: string, octets: number): Promise<Added> {
  const added = await to.addMessages(anna.id, messages(name, 10, octets)).then(
    (rows) => rows.length,
    (error: unknown) => (error as { code: string }).code,
  );
  return { added, kept: (await to.summaries()).length, use: await to.use(anna.id) };
}
