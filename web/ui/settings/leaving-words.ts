/** What is said before an account leaves this device. Pure. */
import type { AccountRemovalForecast } from '../../model/closed-account.ts';
import { formatCount, formatOctets } from '../units.ts';

/** `3 messages, 48 MB`. */
export function amountWords({
  messages,
  octets,
}: Pick<AccountRemovalForecast, 'messages' | 'octets'>): string {
  return `${formatCount(messages, 'message')}, ${formatOctets(octets)}`;
}

/** What is lost for good when the mail goes too, as far as that is known. */
export function lossWords({ messages, goneThere }: AccountRemovalForecast, host: string): string {
  if (goneThere === 0) return `What ${host} still has can be fetched again; what is only here cannot.`;
  const some =
    goneThere >= messages ? 'All of them were' : `${formatCount(goneThere, 'of them was', 'of them were')}`;
  return `${some} deleted on ${host} after they came here: they would be lost for good. A copy of all mail, saved in the settings first, keeps them.`;
}
