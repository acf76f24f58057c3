/** What is peculiar about a provider, in words; total over ProviderNote. Pure. */
import type { Provider, ProviderNote } from '../../model/provider.ts';

const noteWords: Readonly<Record<ProviderNote, (name: string) => string>> = {
  'app-password': (name) =>
    `${name} wants an app password here, not the usual one. You make it in the security settings of your account, where two-step verification may have to be on first.`,
  'authorisation-code': (name) =>
    `${name} wants an authorisation code here, not the password. You get it in the settings of your mailbox on the web, where POP3 is switched on.`,
  'mail-password': (name) =>
    `${name} wants the password for mail programs, which you set up in your account. The one for the website does not work here.`,
  'enable-pop': () => 'POP3 has to be switched on first, in the settings of your mailbox on the web.',
  'sign-in-only': (name) =>
    `${name} has accepted no passwords from mail programs since 16 September 2024, only its own sign-in page, which this version of Poplar does not have yet. The check will most likely stop at the login.`,
  'paid-only': (name) => `${name} offers POP3 only to those who pay.`,
  'last-30-days': (name) => `${name} hands out the last 30 days, unless its settings on the web say more.`,
  'no-pop': (name) =>
    `${name} offers no POP3, so Poplar cannot fetch mail there. You can let it forward your mail to a mailbox that does.`,
};

/** One sentence or two for each note, most important first. */
export function providerWords({ name, notes }: Provider): string[] {
  return notes.map((note) => noteWords[note](name));
}

/** Whether what is said of the provider stands in the way, and not only asks for care. */
export function standsInTheWay({ notes }: Provider): boolean {
  return notes.includes('no-pop') || notes.includes('sign-in-only');
}
