import { describe, expect, it } from 'vitest';
import { PoplarError, type ErrorCode, type Hop } from '../../../web/errors.ts';
import type { Security, ServerAddress } from '../../../web/model/account.ts';
import type { CheckStep } from '../../../web/model/event.ts';
import { checkMaildrop } from '../../../web/sync/check.ts';
import type { Dial } from '../../../web/wire/transport.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedTransport } from '../../support/scripted-transport.ts';

const TO_LOGIN = `
  S: +OK ready
  C: CAPA
  S: +OK
  S: USER
  S: UIDL
  S: .
`;
const LOGIN = `
  C: USER nora
  S: +OK
  C: PASS secret
  S: +OK
  C: CAPA
  S: +OK
  S: USER
  S: UIDL
  S: IMPLEMENTATION Testdrop 1.0
  S: .
`;
const LISTING = `
  C: UIDL
  S: +OK
  S: 1 a
  S: 2 b
  S: .
  C: LIST
  S: +OK
  S: 1 100
  S: 2 250
  S: .
  C: QUIT
  S: +OK
  -- end
`;
const STLS = `
  S: +OK ready
  C: CAPA
  S: +OK
  S: STLS
  S: .
  C: STLS
  S: +OK
  -- TLS
  C: CAPA
  S: +OK
  S: USER
  S: .
`;
const TLS_FACTS = 'TLSv1.3 TLS_AES_256_GCM_SHA384 CN=pop.example.test CN=Test CA';

/** A dial that passes the hops and then speaks by the script. */
function dialling(script: string, security: Security, hops: Hop[] = ['proxy', 'name', 'connection']): Dial {
  return async (_target, observer) => {
    for (const hop of hops) observer.onReached?.(hop as 'proxy', `${hop} fact`);
    return new ScriptedTransport(script, { secure: security === 'tls' });
  };
}
const failing =
  (hops: Hop[], code: ErrorCode, hop: Hop): Dial =>
  async (_target, observer) => {
    for (const passed of hops) observer.onReached?.(passed as 'proxy', `${passed} fact`);
    throw new PoplarError(code, hop);
  };

async function run(
  dial: Dial,
  security: Security,
  signal = new AbortController().signal,
  way: Partial<ServerAddress> = {},
) {
  const steps: CheckStep[] = [];
  const incoming = { host: 'pop.example.test', port: 995, security, ...way };
  const job = {
    incoming,
    user: 'nora',
    password: 'secret',
    onStep: (step: CheckStep) => steps.push(step),
    signal,
  };
  const outcome = await checkMaildrop({ dial, clock: new FakeClock(), now: () => 0 }, job).catch(
    (error: PoplarError) => error,
  );
  return { steps, outcome, told: steps.map(tell) };
}
const tell = ({ hop, state, facts, error }: CheckStep) =>
  [hop, state, facts.join(' '), error?.code ?? ''].filter(Boolean).join(' ');

describe('a check that passes', () => {
  const road = [
    'proxy running',
    'proxy passed proxy fact',
    'name running',
    'name passed name fact',
    'connection running',
    'connection passed connection fact',
  ];
  const end = ['login running', 'login passed Testdrop 1.0', 'maildrop running', 'maildrop passed'];

  it('tells each hop as running and as passed, over TLS from the first byte', async () => {
    const { told, outcome } = await run(dialling(TO_LOGIN + LOGIN + LISTING, 'tls'), 'tls');
    expect(told).toEqual([...road, 'tls running', `tls passed ${TLS_FACTS}`, ...end]);
    expect(outcome).toEqual({ messages: 2, octets: 350 });
  });

  it('tells TLS after STLS', async () => {
    const { told } = await run(dialling(STLS + LOGIN + LISTING, 'starttls'), 'starttls');
    expect(told).toEqual([...road, 'tls running', `tls passed ${TLS_FACTS}`, ...end]);
  });

  it('skips TLS on the way in clear', async () => {
    const { told } = await run(dialling(TO_LOGIN + LOGIN + LISTING, 'none'), 'none');
    expect(told).toEqual([...road, 'tls skipped', ...end]);
  });

  it('skips the name when nobody looked one up', async () => {
    const { told } = await run(dialling(TO_LOGIN + LOGIN + LISTING, 'none', ['proxy', 'connection']), 'none');
    expect(told.slice(2, 5)).toEqual(['name running', 'name skipped', 'connection passed connection fact']);
  });

  it('is no failure when the server hangs up on QUIT', async () => {
    const { outcome } = await run(
      dialling((TO_LOGIN + LOGIN + LISTING).replace(/C: QUIT\n\s+S: \+OK/, 'C: QUIT'), 'none'),
      'none',
    );
    expect(outcome).toEqual({ messages: 2, octets: 350 });
  });
});

describe('a check that fails', () => {
  it.each<{ name: string; dial: Dial; security?: Security; ends: string[]; hop?: Hop }>([
    {
      name: 'at the proxy',
      dial: failing([], 'proxy-unreachable', 'proxy'),
      ends: ['proxy running', 'proxy failed proxy-unreachable'],
    },
    {
      name: 'at the name',
      dial: failing(['proxy'], 'name-not-found', 'name'),
      ends: ['name running', 'name failed name-not-found'],
    },
    {
      name: 'at the connection',
      dial: failing(['proxy', 'name'], 'connection-refused', 'connection'),
      ends: ['connection running', 'connection failed connection-refused'],
    },
    {
      name: 'at TLS while dialling',
      dial: failing(['proxy', 'name', 'connection'], 'certificate-expired', 'tls'),
      security: 'tls',
      ends: ['tls running', 'tls failed certificate-expired'],
    },
    {
      name: 'beyond hops that nobody spoke of, which are not shown as passed',
      dial: failing(['proxy'], 'tls-failed', 'tls'),
      security: 'tls',
      ends: ['name skipped', 'connection skipped', 'tls failed tls-failed'],
    },
    {
      name: 'with a fault of the page, at the step under way',
      dial: failing(['proxy'], 'internal', 'page'),
      ends: ['name running', 'name failed internal'],
    },
    {
      name: 'at STLS that is not offered',
      dial: dialling(TO_LOGIN, 'none'),
      security: 'starttls',
      ends: ['tls running', 'tls failed starttls-not-offered'],
    },
    {
      name: 'at an -ERR greeting, before TLS was tried',
      dial: dialling('S: -ERR busy', 'none'),
      security: 'starttls',
      ends: ['tls running', 'tls skipped', 'login failed server-refused'],
    },
    {
      name: 'at the login',
      dial: dialling(`${TO_LOGIN}\nC: USER nora\nS: +OK\nC: PASS secret\nS: -ERR no`, 'none'),
      ends: ['login running', 'login failed login-refused'],
    },
    {
      name: 'with a connection lost at the login: the login is what failed',
      dial: dialling(`${TO_LOGIN}\nC: USER nora\n-- end`, 'none'),
      ends: ['login running', 'login failed connection-lost'],
    },
    {
      name: 'at the listing',
      dial: dialling(`${TO_LOGIN + LOGIN}\nC: UIDL\nS: what`, 'none'),
      ends: ['maildrop running', 'maildrop failed protocol-error'],
    },
  ])('$name', async ({ dial, security = 'none', ends }) => {
    const { told, steps, outcome } = await run(dial, security);
    expect(told.slice(-ends.length)).toEqual(ends);
    expect(outcome).toBeInstanceOf(PoplarError);
    expect(outcome).toMatchObject({
      detail: { host: 'pop.example.test', port: 995, security, user: 'nora' },
    });
    expect(steps.at(-1)?.error).toMatchObject({ code: (outcome as PoplarError).code });
    expect(steps.filter(({ state }) => state === 'failed')).toHaveLength(1);
    expect(JSON.stringify([steps, outcome])).not.toContain('secret');
  });

  it('after STLS went well shows TLS as passed', async () => {
    const script = `${STLS}C: USER nora\n-- end`;
    const { told } = await run(dialling(script, 'starttls'), 'starttls');
    expect(told.slice(-3)).toEqual([
      `tls passed ${TLS_FACTS}`,
      'login running',
      'login failed connection-lost',
    ]);
  });
});

describe('a check through a bridge', () => {
  const way = { bridge: { url: 'wss://bridge.example.test/?token=home' } };
  const begin = [
    'proxy running',
    'proxy passed proxy fact',
    'name skipped by the bridge',
    'connection running',
  ];
  const greeted = ['connection skipped by the bridge', 'tls skipped by the bridge'];
  const check = (dial: Dial) => run(dial, 'none', undefined, way);

  it('leaves name, connection and TLS to it, and the connection only once the server has spoken', async () => {
    const { told, outcome } = await check(dialling(TO_LOGIN + LOGIN + LISTING, 'none', ['proxy']));
    const end = ['login running', 'login passed Testdrop 1.0', 'maildrop running', 'maildrop passed'];
    expect(told).toEqual([...begin, ...greeted, ...end]);
    expect(outcome).toEqual({ messages: 2, octets: 350 });
  });

  it('fails at the connection when the bridge cannot reach its server', async () => {
    const dial: Dial = async (_target, observer) => {
      observer.onReached?.('proxy', 'proxy fact');
      const read = () => Promise.reject(new PoplarError('bridge-no-target', 'connection'));
      return Object.assign(new ScriptedTransport(''), { read });
    };
    const { told, outcome } = await check(dial);
    expect(told).toEqual([...begin, 'connection failed bridge-no-target']);
    expect(outcome).toMatchObject({ detail: { bridge: 'wss://bridge.example.test/' } });
  });

  it('fails at the bridge when that is not there', async () => {
    const { told } = await check(failing([], 'bridge-unreachable', 'proxy'));
    expect(told).toEqual(['proxy running', 'proxy failed bridge-unreachable']);
  });

  it('fails at the login when what is there speaks something else', async () => {
    const { told } = await check(dialling('S: 220 mail ESMTP', 'none', ['proxy']));
    expect(told).toEqual([...begin, ...greeted, 'login failed not-pop3']);
  });
});

describe('a check that is cancelled', () => {
  it('rejects with `cancelled` and tells nothing more', async () => {
    const control = new AbortController();
    const dial: Dial = async (target, observer, signal) => {
      const transport = await dialling('', 'none')(target, observer, signal);
      control.abort();
      return transport;
    };
    const { told, outcome } = await run(dial, 'none', control.signal);
    expect(outcome).toMatchObject({ code: 'cancelled', hop: 'page' });
    expect(told.at(-1)).toBe('login running');
  });

  it('hangs up on a server that is silent', async () => {
    const control = new AbortController();
    const transport = new ScriptedTransport('');
    const checking = run(async () => transport, 'none', control.signal);
    while (transport.reads === 0) await Promise.resolve();
    control.abort();
    expect((await checking).outcome).toMatchObject({ code: 'cancelled' });
    expect(transport.closed).toBe(true);
  });
});

describe('the transcript of a check', () => {
  it('comes with the step that failed, without person and secret', async () => {
    const script = 'S: +OK nora, hello\nC: CAPA\nS: -ERR\nC: AUTH\nS: -ERR\nC: USER nora\nS: -ERR no';
    const { steps } = await run(dialling(script, 'tls'), 'tls');
    expect(steps.map(({ transcript }) => transcript === undefined)).toEqual([
      ...steps.slice(1).map(() => true),
      false,
    ]);
    const { lines = [], error } = steps.at(-1)?.transcript ?? {};
    expect(error).toBe('login-refused');
    expect(lines.slice(0, 2)).toEqual(['-- TLS TLSv1.3 TLS_AES_256_GCM_SHA384', 'S: +OK ‹user›, hello']);
    expect(lines.join()).not.toMatch(/nora|secret/);
  });

  it('is none where nobody was reached', async () => {
    const { steps } = await run(failing(['proxy'], 'name-not-found', 'name'), 'tls');
    expect(steps.at(-1)).not.toHaveProperty('transcript');
  });
});
