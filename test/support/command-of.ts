/** The command that a line of a transcript is. */
import { messageNumber } from '../../web/model/ids.ts';
import * as commands from '../../web/pop3/command.ts';
import type { Command } from '../../web/pop3/command.ts';

export function commandOf(line: string): Command {
  const [verb = '', first = '', second = ''] = line.split(' ');
  const number = messageNumber(Number(first));
  const optional = first === '' ? undefined : number;
  switch (verb) {
    case 'CAPA':
      return commands.capa();
    case 'STLS':
      return commands.stls();
    case 'UTF8':
      return commands.utf8();
    case 'USER':
      return commands.user(line.slice(5));
    case 'PASS':
      return commands.pass(line.slice(5));
    case 'APOP':
      return commands.apop(first, second);
    case 'AUTH':
      return first === '' ? commands.authListing() : commands.auth(first, second === '' ? null : second);
    case 'STAT':
      return commands.stat();
    case 'LIST':
      return commands.list(optional);
    case 'UIDL':
      return commands.uidl(optional);
    case 'RETR':
      return commands.retr(number);
    case 'TOP':
      return commands.top(number, Number(second));
    case 'DELE':
      return commands.dele(number);
    case 'NOOP':
      return commands.noop();
    case 'RSET':
      return commands.rset();
    case 'LAST':
      return commands.last();
    case 'LANG':
      return first === '' ? commands.lang() : commands.lang(first);
    case 'QUIT':
      return commands.quit();
    default:
      throw new Error(`not a command: ${line}`);
  }
}
