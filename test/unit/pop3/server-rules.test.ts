import { expect, it } from 'vitest';
import { Capabilities } from '../../../web/pop3/capabilities.ts';
import { serverRules } from '../../../web/pop3/server-rules.ts';

it.each([
  [['LOGIN-DELAY 180', 'EXPIRE NEVER'], 180, 'for-good'],
  [['login-delay 10 USER', 'expire never'], 10, 'for-good'],
  [['EXPIRENEVER'], null, 'for-good'],
  [['EXPIRE 0'], null, 0],
  [['EXPIRE 30 USER'], null, 30],
  [['EXPIRE', 'LOGIN-DELAY'], null, null],
  [['EXPIRE soon', 'LOGIN-DELAY -5'], null, null],
  [['LOGIN-DELAY 99999999999'], null, null],
  [[], null, null],
])('%j asks for %j s and keeps mail %j', (lines, loginDelayS, keepsDays) => {
  expect(serverRules(Capabilities.fromLines(lines))).toEqual({ loginDelayS, keepsDays });
});
