/**
 * Account drafts, made clean. What passes here goes into POP3 command lines and into the proxy's connect frame, so that
 * nothing may hide a line break. Pure.
 */
import { PoplarError } from '../errors.ts';
import type { Bridge } from '../model/bridge.ts';
import {
  CHECK_INTERVALS,
  type AccountDraft,
  type AccountOptions,
  type Security,
  type ServerAddress,
} from '../model/account.ts';
import { HEADS_ABOVE, NEWEST_COUNTS, type FetchChoice } from '../model/fetch-choice.ts';
import { RETENTION_DAYS, type DeletingRule } from '../model/retention.ts';
import { pinnedCertificate, withPin, type Certificate } from '../model/certificate.ts';

const CONTROL = /\p{Cc}/u;
/** In a password every character counts, a tab too; but these three end or cut a command line. */
const LINE_ENDING = /[\r\n\0]/u;
/** As proxies write fingerprints. */
const SHA256 = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/;
const SECURITIES: readonly Security[] = ['tls', 'starttls', 'none'];

/**
 * The draft with its fields trimmed, the password untouched. Throws PoplarError `bad-input` whose detail names the
 * field: address, name, host, port, security, bridge address, certificate, user, password.
 */
export function cleanDraft(draft: AccountDraft): AccountDraft {
  return { ...draft, ...cleanSettings(draft), password: cleanPassword(draft.password) };
}

/** What of an account is not its password. */
export type AccountSettings = Pick<AccountDraft, 'address' | 'displayName' | 'incoming' | 'user'>;

/** The same without a password, and nothing beside. */
export function cleanSettings(draft: AccountSettings): AccountSettings {
  const { port, security, bridge } = draft.incoming;
  const address = required('address', draft.address);
  if (!/^[^@\s]+(?:@[^@\s]+)+$/u.test(address)) throw badInput('address');
  const host = required('host', draft.incoming.host);
  if (/\s/u.test(host)) throw badInput('host');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw badInput('port');
  if (!SECURITIES.includes(security)) throw badInput('security');
  const certificate = pinnedCertificate(draft.incoming);
  return {
    address,
    displayName: line('name', draft.displayName),
    incoming: withPin<ServerAddress>(
      { host, port, security, ...(bridge && { bridge: cleanBridge(bridge) }) },
      certificate && cleanCertificate(certificate),
    ),
    user: required('user', draft.user),
  };
}

/** The certificate as it is. Throws `bad-input` when its fingerprint is none. */
export function cleanCertificate(certificate: Certificate): Certificate {
  if (!SHA256.test(certificate.sha256)) throw badInput('certificate');
  return certificate;
}

/** The options as they are. Throws `bad-input` when one of them is none that is offered. */
export function cleanOptions(options: Partial<AccountOptions>, now: number): Partial<AccountOptions> {
  const { checkEvery, recent, fetch, headsAbove } = options;
  if (checkEvery !== undefined && !CHECK_INTERVALS.includes(checkEvery)) throw badInput('interval');
  if (typeof headsAbove === 'number' && !HEADS_ABOVE.includes(headsAbove)) throw badInput('size');
  return {
    ...(checkEvery !== undefined && { checkEvery }),
    ...(recent !== undefined && { recent }),
    ...(fetch !== undefined && { fetch: cleanChoice(fetch, now) }),
    ...(headsAbove !== undefined && { headsAbove }),
  };
}

function cleanChoice(choice: FetchChoice, now: number): FetchChoice {
  switch (choice.what) {
    case 'all':
      return { what: 'all' };
    case 'newest':
      if (!NEWEST_COUNTS.includes(choice.count)) throw badInput('number of messages');
      return { what: 'newest', count: choice.count };
    case 'since':
      // A day to come would hide all mail until then.
      if (!Number.isSafeInteger(choice.from) || choice.from > now) throw badInput('date');
      return { what: 'since', from: choice.from };
  }
}

/** The rule alone. Throws `bad-input` when it is none that is offered. */
export function cleanRetention(rule: DeletingRule): DeletingRule {
  if (rule.rule === 'after-download' || rule.rule === 'when-deleted') return { rule: rule.rule };
  const { days } = rule;
  if ((rule.rule as string) !== 'after-days' || !RETENTION_DAYS.includes(days)) throw badInput('retention');
  return { rule: 'after-days', days };
}

/** The password as it is. Throws `bad-input` when it is empty or would break a command line. */
export function cleanPassword(password: string): string {
  if (password === '' || LINE_ENDING.test(password)) throw badInput('password');
  return password;
}

/** Whether the page may go there is seen when it does. */
function cleanBridge({ url }: Bridge): Bridge {
  return { url: required('bridge address', url) };
}

function line(field: string, value: string): string {
  const trimmed = value.trim();
  if (CONTROL.test(trimmed)) throw badInput(field);
  return trimmed;
}

function required(field: string, value: string): string {
  const text = line(field, value);
  if (text === '') throw badInput(field);
  return text;
}

function badInput(field: string): PoplarError {
  return new PoplarError('bad-input', 'page', { detail: { field } });
}
