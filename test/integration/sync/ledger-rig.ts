/** An account whose server has more than was fetched of it, and the page's calls about its ledger. Gone with the test. */
import { onTestFinished } from 'vitest';
import type { Account } from '../../../web/model/account.ts';
import { uidl } from '../../../web/model/ids.ts';
import type { LedgerFilter, LedgerWindow } from '../../../web/model/server-ledger.ts';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';
import { ServiceRig, type Tab } from './service-rig.ts';

export const never = new AbortController().signal;

export interface Started {
  mail: SyncRig;
  rig: ServiceRig;
  tab: Tab;
  account: Account;
}

type IsKept = () => boolean | Promise<boolean>;

/** Devices over a mail server; `isKept`: the browser has promised to keep their mail. */
export function serviceOver(mail: SyncRig, isKept: IsKept = () => true): ServiceRig {
  const rig = new ServiceRig(mail, { isKept: async () => isKept() });
  onTestFinished(() => rig.stop());
  return rig;
}

/** Six messages of which the first four were fetched. */
export async function start(isKept?: IsKept): Promise<Started> {
  const mail = await SyncRig.start(makeMaildrop(4));
  const rig = serviceOver(mail, isKept);
  const tab = rig.tab();
  const account = await tab.api.addAccount(rig.draft());
  await tab.api.sync(account.id);
  for (const number of [5, 6]) mail.maildrop.deliver({ uidl: `uid-${number}`, raw: makeMail(number) });
  return { mail, rig, tab, account };
}

/** The same, and the server has been listed. */
export async function listed(isKept?: IsKept): Promise<Started> {
  const started = await start(isKept);
  await started.tab.api.listServer(started.account.id, never);
  return started;
}

export const ids = (...numbers: number[]) => numbers.map((number) => uidl(`uid-${number}`));
export const said = ({ mail }: Started, verb: string): string[] =>
  mail.commands.filter((command) => command.startsWith(verb));

type Page = Pick<Started, 'tab' | 'account'>;

export async function windowOf({ tab, account }: Page, filter: LedgerFilter = 'all'): Promise<LedgerWindow> {
  const found = await tab.api.ledgerWindow(account.id, filter, 0, 100);
  if (found === null) throw new RangeError('no ledger');
  return found;
}

export const fates = async (page: Page): Promise<string[]> =>
  (await windowOf(page)).rows.map(({ uidl: name, place, fate }) => `${name} ${place} ${fate.fate}`);
