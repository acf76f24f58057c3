/** The worker of store.test.ts: runs cases of the store's contract, and fills the disk, in a real browser. */
import { openIdbStore } from '../../web/store/idb-store.ts';
import type { MailStore } from '../../web/store/mail-store.ts';
import { MAIL_STORE_CONTRACT } from '../unit/store/mail-store-contract.ts';
import { account, messages } from '../unit/store/mail-fixtures.ts';

export type Job =
  { do: 'case'; index: number } | { do: 'begin' } | { do: 'add'; name: string; octets: number };

/** What became of an `add`: how many were added, or the error's code; and what the store holds then. */
export interface Added {
  added: number | string;
  kept: number;
  use: { messages: number; octets: number };
}

const anna = account('anna');
let store: MailStore | null = null;

self.onmessage = async ({ data }: MessageEvent<Job>) => {
  try {
    self.postMessage({ answer: await run(data) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};

async function run(job: Job): Promise<unknown> {
  if (job.do === 'case') return runCase(job.index);
  store ??= await openIdbStore({ name: 'quota' });
  if (job.do === 'begin') return store.putAccount(anna, null);
  return add(store, job.name, job.octets);
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
