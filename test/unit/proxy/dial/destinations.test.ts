/**
 * The whole way from what a page writes to "this may be dialled", by the real dial(): every kind of address that is not
 * public unicast, written in every way, as a literal and as the answer of a name server. Nothing is connected to: the
 * signal is aborted already, which dial() heeds right after the last check.
 */
import { TlsContexts } from '../../../../proxy/dial/tls-contexts.ts';
import { describe, expect, it } from 'vitest';
import { dial, type Resolve } from '../../../../proxy/dial/dial.ts';
import type { Policy } from '../../../../proxy/dial/policy.ts';
import { TunnelFailure } from '../../../../proxy/tunnel-failure.ts';

const policy: Policy = { ports: [995], allowPrivate: [], allowHosts: [], denyHosts: [] };
const PASSED = 'passed every check';

async function verdict(host: string, resolve: Resolve = unasked): Promise<string> {
  const context = { policy, tls: new TlsContexts([], []), stageTimeoutMs: 1_000, resolve };
  const request = { host, port: 995, security: 'tls' as const, pin: null, onReached: () => undefined };
  try {
    await dial(request, context, AbortSignal.abort(PASSED));
    throw new Error('connected in spite of the signal');
  } catch (error) {
    if (error instanceof TunnelFailure) return error.code;
    if (error === PASSED) return PASSED;
    throw error;
  }
}

const unasked: Resolve = (name) => {
  throw new Error(`${name} was looked up`);
};
const answering =
  (...addresses: string[]): Resolve =>
  () =>
    Promise.resolve(addresses);

/** By class, with the RFC or the vendor where the class comes from. */
const PRIVATE: readonly (readonly [kind: string, address: string])[] = [
  ['this network (RFC 791)', '0.0.0.0'],
  ['this network, not zero', '0.255.255.255'],
  ['private 10/8 (RFC 1918)', '10.255.255.255'],
  ['private 172.16/12', '172.31.255.254'],
  ['private 192.168/16', '192.168.0.1'],
  ['carrier-grade NAT (RFC 6598)', '100.64.0.1'],
  ['loopback (RFC 1122)', '127.0.0.53'],
  ['link-local (RFC 3927)', '169.254.0.1'],
  ['metadata of AWS, Google, Azure', '169.254.169.254'],
  ['metadata of AWS containers', '169.254.170.2'],
  ['metadata of Alibaba', '100.100.100.200'],
  ['metadata of Oracle', '192.0.0.192'],
  ['metadata of AWS over v6', 'fd00:ec2::254'],
  ['metadata of Google over v6', 'fd20:ce::254'],
  ['platform of Azure', '168.63.129.16'],
  ['protocol assignments (RFC 6890)', '192.0.0.8'],
  ['documentation 1 (RFC 5737)', '192.0.2.255'],
  ['documentation 2', '198.51.100.7'],
  ['documentation 3', '203.0.113.7'],
  ['6to4 relays (RFC 7526)', '192.88.99.1'],
  ['AS112 (RFC 7535)', '192.31.196.1'],
  ['AMT (RFC 7450)', '192.52.193.1'],
  ['benchmarking (RFC 2544)', '198.18.0.1'],
  ['benchmarking, upper half', '198.19.255.255'],
  ['multicast (RFC 5771)', '224.0.0.251'],
  ['multicast, last', '239.255.255.255'],
  ['reserved 240/4 (RFC 1112)', '240.0.0.1'],
  ['reserved, last', '255.255.255.254'],
  ['broadcast', '255.255.255.255'],
  ['v6 unspecified (RFC 4291)', '::'],
  ['v6 loopback', '::1'],
  ['v4-compatible', '::8.8.8.8'],
  ['v4-mapped private', '::ffff:10.0.0.1'],
  ['v4-mapped public', '::ffff:8.8.8.8'],
  ['v4-mapped in hex', '::ffff:7f00:1'],
  ['v4-translated (RFC 2765)', '::ffff:0:127.0.0.1'],
  ['NAT64 (RFC 6052)', '64:ff9b::169.254.169.254'],
  ['NAT64 of a public address', '64:ff9b::808:808'],
  ['local NAT64 (RFC 8215)', '64:ff9b:1::10.0.0.1'],
  ['local NAT64, another prefix', '64:ff9b:1:ffff::10.0.0.1'],
  ['discard (RFC 6666)', '100::1'],
  ['dummy prefix (RFC 9780)', '100:0:0:1::1'],
  ['Teredo (RFC 4380)', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ['protocol assignments (RFC 2928)', '2001:1::1'],
  ['v6 benchmarking (RFC 5180)', '2001:2::1'],
  ['AMT over v6', '2001:3::1'],
  ['AS112 over v6', '2001:4:112::1'],
  ['ORCHID (RFC 4843)', '2001:10::1'],
  ['ORCHIDv2 (RFC 7343)', '2001:20::1'],
  ['drone ids (RFC 9374)', '2001:30::1'],
  ['v6 documentation (RFC 3849)', '2001:db8::1'],
  ['v6 documentation (RFC 9637)', '3fff::1'],
  ['v6 documentation, last', '3fff:fff:ffff:ffff::1'],
  ['6to4 (RFC 3056)', '2002:a00:1::1'],
  ['6to4 of a public address', '2002:808:808::1'],
  ['segment routing (RFC 9602)', '5f00::1'],
  ['unique local (RFC 4193)', 'fc00::1'],
  ['unique local, in use', 'fdff:ffff::1'],
  ['v6 link-local', 'fe80::1'],
  ['v6 link-local, last', 'febf::1'],
  ['site-local (RFC 3879)', 'fec0::1'],
  ['site-local, last', 'feff::1'],
  ['v6 multicast', 'ff02::fb'],
  ['v6 multicast, global', 'ff0e::1'],
  ['never given out, below 2000::/3', '1fff::1'],
  ['never given out, above it', '4000::1'],
];

describe('an address that is not public unicast', () => {
  it.each(PRIVATE)('%s is refused as a literal: %s', async (_kind, address) => {
    expect(await verdict(address)).toBe('address-refused');
  });

  it.each(PRIVATE)('%s is refused as an answer: %s', async (_kind, address) => {
    expect(await verdict('pop.example.org', answering(address))).toBe('address-refused');
  });

  it('is refused among others of its kind', async () => {
    const all = PRIVATE.map(([, address]) => address);
    expect(await verdict('pop.example.org', answering(...all))).toBe('address-refused');
  });

  it.each([
    ['in decimal', '2130706433'],
    ['in decimal, metadata', '2852039166'],
    ['in octal', '0177.0.0.01'],
    ['in one octal number', '017700000001'],
    ['in hexadecimal', '0x7F.0x0.0x0.0x1'],
    ['in one hexadecimal number', '0xA9FEA9FE'],
    ['in mixed bases', '0x7f.0.01'],
    ['in two parts', '127.1'],
    ['in three parts', '192.168.257'],
    ['as nothing but a zero', '0'],
    ['with a trailing dot', '127.0.0.1.'],
    ['in hex with a trailing dot', '0x7f000001.'],
    ['in full-width digits', '１２７．０．０．１'],
    ['in circled digits', '①⑥⑨.②⑤④.①⑥⑨.②⑤④'],
    ['in superscript digits', '¹²⁷.⁰.⁰.¹'],
    ['with ideographic dots', '127。0。0。1'],
    ['in brackets', '[127.0.0.1]'],
    ['v6 in brackets', '[::1]'],
    ['v6 in capitals', 'FE80::1'],
    ['v6 written out', '0000:0000:0000:0000:0000:ffff:7f00:0001'],
    ['mapped with octal in it', '::ffff:0177.0.0.1'],
    ['mapped with hexadecimal in it', '[::ffff:0x7f.0.0.1]'],
    ['with a zone', 'fe80::1%eth0'],
    ['in brackets with a zone', '[fe80::1%25eth0]'],
    ['a public one with a zone', '2606:4700::1111%1'],
  ])('is refused %s: %s', async (_how, text) => {
    expect(await verdict(text)).toBe('address-refused');
  });

  it.each([
    ['in decimal', '134744072'],
    ['in octal', '010.8.8.8'],
    ['in hexadecimal', '0x8.8.8.8'],
    ['with a zone', '2606:4700::1111%eth0'],
    ['that is no address', 'pop.example.net'],
    ['that is empty', ''],
  ])('is what an answer counts for %s: %s', async (_how, answer) => {
    expect(await verdict('pop.example.org', answering(answer))).toBe('address-refused');
  });
});

describe('a public address', () => {
  it.each([
    ['a literal', '8.8.8.8'],
    ['in hexadecimal', '0x08080808'],
    ['with a trailing dot', '8.8.8.8.'],
    ['v6', '2606:4700:4700::1111'],
    ['v6 in brackets and capitals', '[2A00:1450:4001:800::200E]'],
    ['just below private 10/8', '9.255.255.255'],
    ['just above it', '11.0.0.0'],
    ['just below carrier-grade NAT', '100.63.255.255'],
    ['just above it', '100.128.0.0'],
    ['just above benchmarking', '198.20.0.0'],
    ['just below multicast', '223.255.255.255'],
    ['just above the protocol assignments', '2001:200::1'],
    ['just above v6 documentation', '2001:db9::1'],
  ])('passes: %s, %s', async (_how, text) => {
    expect(await verdict(text)).toBe(PASSED);
  });
});

describe('a name', () => {
  it.each<[string, string[], string]>([
    ['one public answer', ['8.8.8.8'], PASSED],
    ['both families', ['2606:4700::1111', '1.1.1.1'], PASSED],
    ['one public and one private A', ['10.0.0.1', '8.8.8.8'], PASSED],
    ['a public A and a private AAAA', ['8.8.8.8', 'fd00::1'], PASSED],
    ['a private A and a mapped AAAA', ['127.0.0.1', '::ffff:8.8.8.8'], 'address-refused'],
    ['no answer, as behind a loop of aliases', [], 'name-not-found'],
  ])('with %s', async (_kind, answers, expected) => {
    expect(await verdict('pop.example.org', answering(...answers))).toBe(expected);
  });

  it.each([
    ['ENOTFOUND', 'name-not-found'],
    ['ENODATA', 'name-not-found'],
    ['ESERVFAIL', 'name-failed'],
    ['EAI_AGAIN', 'name-failed'],
    ['EAI_FAIL', 'name-failed'],
    ['ELOOP', 'name-failed'],
  ])('whose look-up ends with %s', async (code, expected) => {
    const failing: Resolve = () => Promise.reject(Object.assign(new Error(code), { code }));
    expect(await verdict('pop.example.org', failing)).toBe(expected);
  });

  it.each([
    ['trailing dot', 'pop.example.org.', 'pop.example.org'],
    ['capitals', 'POP.Example.ORG', 'pop.example.org'],
    ['umlauts', 'pop.münchen.example', 'pop.xn--mnchen-3ya.example'],
    ['full-width letters', 'ｐｏｐ.example.org', 'pop.example.org'],
    ['circled letters that spell this machine', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', 'localhost'],
    ['a soft hyphen in this machine', 'local\u00adhost', 'localhost'],
  ])('is looked up in one spelling: %s', async (_how, written, expected) => {
    const asked: string[] = [];
    const resolve: Resolve = (name) => Promise.resolve(asked.push(name) > 0 ? ['127.0.0.1'] : []);
    expect(await verdict(written, resolve)).toBe('address-refused');
    expect(asked).toEqual([expected]);
  });

  it('is looked up once, whatever a second answer would be', async () => {
    const answers = [['8.8.8.8'], ['127.0.0.1']];
    let asked = 0;
    const rebinding: Resolve = () => Promise.resolve(answers[asked++] ?? []);
    expect(await verdict('rebind.example', rebinding)).toBe(PASSED);
    expect(asked).toBe(1);
  });

  it.each([
    '',
    '.',
    '..',
    'a..b',
    'example.org..',
    '1.2.3.4.5',
    '256.256.256.256',
    '4294967296',
    'xn--a',
    '*',
  ])('is none: %j', async (text) => {
    expect(await verdict(text)).toBe('name-not-found');
  });
});
