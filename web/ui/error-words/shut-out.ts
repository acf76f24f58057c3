/** Words for a server that turns people away for reasons of its own. */
import { retry, sentences, type ErrorText, type Facts } from './facts.ts';

/** Before any login. */
export function turnedAway(facts: Facts, through: 'the proxy' | 'the bridge'): ErrorText {
  return {
    title: `${facts.Host} turned the connection away`,
    advice: sentences(
      facts.said,
      `It said so before any login, so neither user name nor password is the reason. Often the server is overloaded or blocks the address of ${through} for a while.`,
    ),
    action: retry,
  };
}

/** At the login, and no other password would help. */
export function shutOut(facts: Facts): ErrorText {
  const popIsOff = facts.flag('popIsOff');
  return {
    title: popIsOff ? 'POP3 is switched off for this mailbox' : `${facts.Host} does not let this account in`,
    advice: sentences(
      facts.said,
      popIsOff
        ? 'Most providers have a switch for it in the settings of the mailbox on the web. The password is not the reason.'
        : 'The password is not the reason. Your provider can tell what is.',
    ),
    action: retry,
  };
}
