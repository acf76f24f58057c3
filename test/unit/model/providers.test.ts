import { describe, expect, it } from 'vitest';
import { providerOfAddress, providerOfHost, PROVIDERS } from '../../../web/model/providers.ts';
import { providerWords, standsInTheWay } from '../../../web/ui/accounts/provider-words.ts';

describe('the provider of an address', () => {
  it.each([
    ['ada@gmail.com', 'Gmail'],
    [' Ada.L@GoogleMail.com ', 'Gmail'],
    ['ada@yahoo.de', 'Yahoo Mail'],
    ['ada@yahoo.co.uk', 'Yahoo Mail'],
    ['ada@yahoo.com.br', 'Yahoo Mail'],
    ['ada@yahoo.example', null],
    ['ada@yahoo.net.de', null],
    ['ada@live.fr', 'Outlook.com'],
    ['ada@notgmail.com', null],
    ['ada@mail.gmail.com', null],
    ['ada@foxmail.com', 'QQ Mail'],
    ['ada@tuta.com', 'Tuta'],
    ['ada', null],
    ['', null],
  ])('%j is %j', (address, name) => {
    expect(providerOfAddress(address)?.name ?? null).toBe(name);
  });
});

describe('the provider of a server', () => {
  it.each([
    ['pop.gmail.com', 'Gmail'],
    ['POP.GoogleMail.com', 'Gmail'],
    ['outlook.office365.com', 'Outlook.com'],
    ['gmail.com', null],
    ['', null],
  ])('%j is %j', (host, name) => {
    expect(providerOfHost(host)?.name ?? null).toBe(name);
  });
});

describe('what is known of providers', () => {
  it('names no domain and no server twice, all in lower case', () => {
    const names = PROVIDERS.flatMap(({ domains, incoming, otherHosts = [] }) => [
      ...domains,
      ...(incoming === null ? [] : [`server ${incoming.host}`]),
      ...otherHosts.map((host) => `server ${host}`),
    ]);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(names.filter((name) => name !== name.toLowerCase())).toEqual([]);
  });

  it('says of each without POP3 that there is none, and of no other', () => {
    const without = PROVIDERS.filter(({ notes }) => notes.includes('no-pop'));
    expect(without).toEqual(PROVIDERS.filter(({ incoming }) => incoming === null));
    expect(without.every(standsInTheWay)).toBe(true);
  });

  it('sends no password in clear', () => {
    expect(PROVIDERS.filter(({ incoming }) => incoming?.security === 'none')).toEqual([]);
  });

  it('is told in whole sentences', () => {
    for (const provider of PROVIDERS) {
      for (const words of providerWords(provider)) expect(words).toMatch(/^[A-Z].+\.$/i);
    }
  });
});
