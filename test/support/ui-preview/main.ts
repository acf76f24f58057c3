/**
 * The whole page on made-up mail, without a worker or a proxy: for looking at it. In the address: `rows` (10000),
 * `accounts` (1), `ledger` (messages on the server, 12), `fail` (a method of MailApi whose first call fails), `hold` (a method that never answers).
 */
import '../../../web/ui/theme.css';
import { mount } from 'svelte';
import { PoplarError } from '../../../web/errors.ts';
import { accountId } from '../../../web/model/ids.ts';
import { buildStates, startStates } from '../../../web/state/build-states.ts';
import App from '../../../web/ui/App.svelte';
import { surroundings } from '../../../web/ui/browser.ts';
import { FakeLedger } from '../fake-ledger.ts';
import { FakeMailApi } from '../fake-mail-api.ts';
import { GENERATED_ACCOUNT, GENERATED_NOW, generateSummaries } from '../generated-mail.ts';

const parameters = new URLSearchParams(location.search);
const accounts = Array.from({ length: Number(parameters.get('accounts') ?? 1) }, (_, place) =>
  place === 0
    ? GENERATED_ACCOUNT
    : {
        ...GENERATED_ACCOUNT,
        id: accountId(`generated-${place}`),
        address: `nora.berg@club-${place}.example`,
      },
);
const each = Number(parameters.get('rows') ?? 10_000);
const rows = accounts
  .flatMap((account, place) => generateSummaries(each, account, place + 1))
  .sort((a, b) => b.receivedAt - a.receivedAt);

const api = new FakeMailApi({ accounts, rows });
const listed = Number(parameters.get('ledger') ?? 12);
api.ledger = new FakeLedger({ count: listed, rule: { rule: 'after-days', days: 30 } });
const hold = parameters.get('hold');
const fail = parameters.get('fail');
if (hold !== null) api.hold(hold as Parameters<typeof api.hold>[0]);
if (fail !== null) {
  api.failNext(fail as Parameters<typeof api.failNext>[0], new PoplarError('storage-failed', 'storage'));
}

const states = buildStates(api, {
  ...surroundings(window),
  ticker: { now: () => GENERATED_NOW, listen: () => () => undefined },
});
startStates(states);
// For a script that drives the preview, or for hands in the console.
Object.assign(window, { preview: { api, states, generateSummaries } });

const target = document.getElementById('app');
if (target === null) throw new TypeError('index.html has no #app');
mount(App, { target, props: { states } });
