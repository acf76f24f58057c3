/** What a server asks of its visitors, from its capabilities after the login (RFC 2449 §6.5, §6.7). Pure. */
import type { ServerRules } from '../model/account.ts';
import type { Capabilities } from './capabilities.ts';

const NUMBER = /^\d{1,9}$/;

/** Null where it says nothing, or nothing that can be read. */
export function serverRules(capabilities: Capabilities): ServerRules {
  return {
    loginDelayS: number(capabilities.argumentsOf('LOGIN-DELAY')[0]),
    keepsDays: keepsDays(capabilities),
  };
}

function keepsDays(capabilities: Capabilities): ServerRules['keepsDays'] {
  // GNU mailutils forgets the blank.
  if (capabilities.has('EXPIRENEVER')) return 'for-good';
  const [days] = capabilities.argumentsOf('EXPIRE');
  return days?.toUpperCase() === 'NEVER' ? 'for-good' : number(days);
}

function number(text: string | undefined): number | null {
  return text !== undefined && NUMBER.test(text) ? Number(text) : null;
}
