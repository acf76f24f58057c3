/**
 * The providers that are known here. What people set up most comes first; the rest in the order of the alphabet. A
 * server that is asked for by its name is found as well, so that a company's own domain at one of them has its notes.
 */
import type { Provider } from './provider.ts';

/** As nearly all have it today: TLS from the first byte (RFC 8314 §3.3). */
const tls = (host: string) => ({ host, port: 995, security: 'tls' }) as const;

export const PROVIDERS: readonly Provider[] = [
  {
    name: 'Gmail',
    domains: ['gmail.com', 'googlemail.com'],
    incoming: tls('pop.gmail.com'),
    otherHosts: ['pop.googlemail.com'],
    notes: ['app-password', 'enable-pop'],
    recent: true,
    batches: true,
  },
  {
    name: 'Outlook.com',
    domains: [
      'outlook.com',
      'outlook.*',
      'hotmail.com',
      'hotmail.*',
      'live.com',
      'live.*',
      'msn.com',
      'windowslive.com',
    ],
    incoming: tls('outlook.office365.com'),
    // Exchange Online has the same door and the same rule.
    otherHosts: ['pop-mail.outlook.com', 'pop3.live.com', 'pop.office365.com'],
    notes: ['sign-in-only', 'enable-pop'],
  },
  {
    name: 'Yahoo Mail',
    domains: ['yahoo.com', 'yahoo.*', 'ymail.com', 'rocketmail.com', 'myyahoo.com'],
    incoming: tls('pop.mail.yahoo.com'),
    notes: ['app-password'],
  },
  {
    name: 'iCloud Mail',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    incoming: null,
    notes: ['no-pop'],
  },
  {
    name: 'AOL Mail',
    domains: ['aol.com', 'aol.*', 'aim.com'],
    incoming: tls('pop.aol.com'),
    notes: ['app-password'],
  },
  {
    name: 'AT&T',
    domains: [
      'att.net',
      'ameritech.net',
      'bellsouth.net',
      'currently.com',
      'flash.net',
      'nvbell.net',
      'pacbell.net',
      'prodigy.net',
      'sbcglobal.net',
      'snet.net',
      'swbell.net',
    ],
    incoming: tls('inbound.att.net'),
    notes: ['app-password'],
  },
  {
    name: 'Fastmail',
    domains: ['fastmail.com', 'fastmail.fm'],
    incoming: tls('pop.fastmail.com'),
    notes: ['app-password'],
  },
  {
    name: 'GMX',
    domains: ['gmx.de', 'gmx.net', 'gmx.at', 'gmx.ch', 'gmx.eu', 'gmx.org', 'gmx.info', 'gmx.biz'],
    incoming: tls('pop.gmx.net'),
    notes: ['enable-pop'],
  },
  { name: 'GMX', domains: ['gmx.com', 'gmx.us'], incoming: tls('pop.gmx.com'), notes: ['enable-pop'] },
  {
    name: 'Libero Mail',
    domains: ['libero.it', 'iol.it', 'blu.it', 'inwind.it', 'giallo.it'],
    incoming: tls('popmail.libero.it'),
    notes: [],
  },
  {
    name: 'mail.com',
    domains: ['mail.com'],
    incoming: tls('pop.mail.com'),
    notes: ['enable-pop', 'paid-only'],
  },
  {
    name: 'Mail.ru',
    domains: ['mail.ru', 'inbox.ru', 'list.ru', 'bk.ru', 'internet.ru'],
    incoming: tls('pop.mail.ru'),
    notes: ['app-password'],
  },
  { name: 'mailbox.org', domains: ['mailbox.org'], incoming: tls('pop3.mailbox.org'), notes: [] },
  {
    name: 'Naver',
    domains: ['naver.com'],
    incoming: tls('pop.naver.com'),
    notes: ['enable-pop', 'app-password'],
  },
  {
    name: 'NetEase 126',
    domains: ['126.com'],
    incoming: tls('pop.126.com'),
    notes: ['authorisation-code', 'enable-pop', 'last-30-days'],
  },
  {
    name: 'NetEase 163',
    domains: ['163.com'],
    incoming: tls('pop.163.com'),
    notes: ['authorisation-code', 'enable-pop', 'last-30-days'],
  },
  {
    name: 'NetEase yeah',
    domains: ['yeah.net'],
    incoming: tls('pop.yeah.net'),
    notes: ['authorisation-code', 'enable-pop', 'last-30-days'],
  },
  {
    name: 'Posteo',
    domains: ['posteo.de', 'posteo.net', 'posteo.org', 'posteo.eu'],
    incoming: tls('posteo.de'),
    notes: [],
  },
  {
    name: 'Proton Mail',
    domains: ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'],
    incoming: null,
    notes: ['no-pop'],
  },
  {
    name: 'QQ Mail',
    domains: ['qq.com', 'vip.qq.com', 'foxmail.com'],
    incoming: tls('pop.qq.com'),
    notes: ['authorisation-code', 'enable-pop', 'last-30-days'],
  },
  {
    name: 'Telekom Mail',
    domains: ['t-online.de', 'magenta.de'],
    incoming: tls('securepop.t-online.de'),
    notes: ['mail-password'],
  },
  {
    name: 'Tuta',
    domains: ['tuta.com', 'tuta.io', 'tutanota.com', 'tutanota.de', 'tutamail.com', 'keemail.me'],
    incoming: null,
    notes: ['no-pop'],
  },
  { name: 'WEB.DE', domains: ['web.de'], incoming: tls('pop3.web.de'), notes: ['enable-pop'] },
  {
    name: 'Yandex Mail',
    domains: ['yandex.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'yandex.ua', 'ya.ru', 'narod.ru'],
    incoming: tls('pop.yandex.com'),
    otherHosts: ['pop.yandex.ru'],
    notes: ['app-password', 'enable-pop'],
  },
  {
    name: 'Zoho Mail',
    domains: ['zoho.com', 'zohomail.com'],
    incoming: tls('pop.zoho.com'),
    notes: ['enable-pop', 'app-password'],
  },
  {
    name: 'Zoho Mail',
    domains: ['zoho.eu', 'zohomail.eu'],
    incoming: tls('pop.zoho.eu'),
    notes: ['enable-pop', 'app-password'],
  },
];

/** The provider of an address, or null. */
export function providerOfAddress(address: string): Provider | null {
  const domain = /@([^@\s]+)$/.exec(address.trim())?.[1]?.toLowerCase();
  if (domain === undefined) return null;
  return PROVIDERS.find(({ domains }) => domains.some((one) => matches(domain, one))) ?? null;
}

/** The provider whose server this is, or null: people have domains of their own there, too. */
export function providerOfHost(host: string): Provider | null {
  const name = host.trim().toLowerCase();
  return PROVIDERS.find((one) => one.incoming?.host === name || one.otherHosts?.includes(name)) ?? null;
}

function matches(domain: string, pattern: string): boolean {
  if (!pattern.endsWith('.*')) return domain === pattern;
  const family = pattern.slice(0, -1);
  return domain.startsWith(family) && /^(?:com?\.)?[a-z]{2}$/.test(domain.slice(family.length));
}
