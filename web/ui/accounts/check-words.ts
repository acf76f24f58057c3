/** One line of the live check in words, for every step and state. */
import type { CheckHop, CheckLine } from '../../state/account-check.svelte.ts';

type Words = Readonly<Record<CheckLine['state'], string>>;

const words: Readonly<Record<CheckHop, Words>> = {
  proxy: {
    waiting: 'Reach the proxy',
    running: 'Reaching the proxy',
    passed: 'Proxy reached',
    failed: 'Stopped at the proxy',
    skipped: 'Proxy not needed',
  },
  name: {
    waiting: 'Look up the server’s name',
    running: 'Looking up the server’s name',
    passed: 'Name found',
    failed: 'Stopped at the server’s name',
    skipped: 'No name to look up',
  },
  connection: {
    waiting: 'Connect to it',
    running: 'Connecting',
    passed: 'Connected',
    failed: 'No connection',
    skipped: 'Already connected',
  },
  tls: {
    waiting: 'Secure the connection',
    running: 'Securing the connection',
    passed: 'Connection is secure',
    failed: 'The connection was not secured',
    skipped: 'Not secured: everything travels in clear',
  },
  login: {
    waiting: 'Log in',
    running: 'Logging in',
    passed: 'Logged in',
    failed: 'Not logged in',
    skipped: 'No login needed',
  },
  maildrop: {
    waiting: 'Count the messages',
    running: 'Counting the messages',
    passed: 'Messages counted',
    failed: 'The messages were not counted',
    skipped: 'Not counted',
  },
};

/** Behind a bridge: whoever looks up, connects and secures, it is not Poplar, and nobody tells how it went. */
const bridgeWords: Readonly<Partial<Record<CheckHop, Partial<Words>>>> = {
  proxy: {
    waiting: 'Reach the bridge',
    running: 'Reaching the bridge',
    passed: 'Bridge reached',
    failed: 'Stopped at the bridge',
  },
  name: { skipped: words.name.waiting },
  connection: {
    running: 'Waiting for the mail server to speak',
    failed: 'The bridge did not reach the mail server',
    skipped: words.connection.waiting,
  },
  tls: { waiting: 'TLS, if there is any', skipped: 'TLS, if there is any' },
};

/** What the line says; its facts follow beside it. */
export function checkWords({ hop, state }: CheckLine, bridged: boolean): string {
  return (bridged ? bridgeWords[hop]?.[state] : undefined) ?? words[hop][state];
}
