/** The settings of the metrics: where they are, and who is warned of what. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { areMetricsOpen, parseConfig } from '../../../../proxy/settings/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'poplar-metrics-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tokenFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
const right = tokenFile('right', 'a-token-for-the-scraper\n');
const short = tokenFile('short', 'too-short\n');

it('reads tokens from their file', () => {
  const asked = parseConfig(['--metrics-token-file', right]);
  const tokens = asked.kind === 'run' ? asked.config.metricsTokens : null;
  expect(tokens?.includes('a-token-for-the-scraper')).toBe(true);
});

it.each([
  [['--metrics-token-file', short], `--metrics-token-file "${short}": a readable file with one token a line`],
  [['--metrics-token-file', '/nowhere'], '--metrics-token-file "/nowhere": a readable file'],
  [['--metrics-port', 'x'], '--metrics-port "x": a port is a whole number'],
  [['--metrics-host', 'example.org'], '--metrics-host "example.org": an IP address of this machine'],
  [['--port', '9464', '--metrics-port', '9464'], '--metrics-port 9464: another port than --port'],
])('refuses %j with the rule', (argv, expected) => {
  const asked = parseConfig(argv);
  expect(asked.kind === 'mistakes' ? asked.mistakes : []).toEqual([expect.stringContaining(expected)]);
});

it('lets both ports be any free one', () => {
  expect(parseConfig(['--port', '0', '--metrics-port', '0']).kind).toBe('run');
});

it.each([
  [[], false],
  [['--metrics-host', '0.0.0.0'], false],
  [['--metrics-port', '9464'], false],
  [['--metrics-port', '9464', '--metrics-host', 'localhost'], false],
  [['--metrics-port', '9464', '--metrics-host', '0.0.0.0'], true],
  [['--metrics-port', '9464', '--metrics-host', '0.0.0.0', '--metrics-token-file', right], false],
])('knows whether %j lets strangers read the metrics', (argv, expected) => {
  const asked = parseConfig(argv);
  expect(asked.kind === 'run' && areMetricsOpen(asked.config)).toBe(expected);
});
