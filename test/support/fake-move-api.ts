/** The part of FakeMailApi about other devices and copies. */
import type { MailApi } from '../../web/api/mail-api.ts';
import { PoplarError } from '../../web/errors.ts';
import type { AccountId } from '../../web/model/ids.ts';
import type { BackupOutline, BackupPart } from '../../web/model/backup.ts';
import type { MoveChoice, MoveFacts, MoveOutcome } from '../../web/model/move.ts';
import type { PopstateFacts } from '../../web/model/popstate.ts';
import { GENERATED_NOW } from './generated-mail.ts';

type MoveMethod =
  | 'saveMove'
  | 'readMove'
  | 'takeMove'
  | 'readPopstate'
  | 'takePopstate'
  | 'startBackup'
  | 'readBackup'
  | 'endBackup';

export abstract class FakeMoveApi implements Pick<MailApi, MoveMethod> {
  moveFile: MoveFacts = { madeAt: GENERATED_NOW, accounts: [] };
  popstate: PopstateFacts = { sections: [], oddLines: [], odd: 0 };
  /** Pieces of a backup that are still to be read. */
  backup: BackupPart[] = [];
  moved: MoveOutcome = { added: [], merged: [], learnt: 0 };

  protected abstract respond<T>(method: MoveMethod, args: unknown[], compute: () => T): Promise<T>;

  saveMove(passphrase: string, withPasswords: boolean): Promise<Uint8Array<ArrayBuffer>> {
    return this.respond('saveMove', [passphrase, withPasswords], () => new Uint8Array([1]));
  }

  readMove(file: Uint8Array, passphrase: string): Promise<MoveFacts> {
    return this.respond('readMove', [file, passphrase], () => this.moveFile);
  }

  takeMove(file: Uint8Array, passphrase: string, choice: MoveChoice): Promise<MoveOutcome> {
    return this.respond('takeMove', [file, passphrase, choice], () => this.moved);
  }

  readPopstate(account: AccountId, file: Uint8Array): Promise<PopstateFacts> {
    return this.respond('readPopstate', [account, file], () => this.popstate);
  }

  takePopstate(account: AccountId, file: Uint8Array, section: number): Promise<number> {
    return this.respond('takePopstate', [account, file, section], () => {
      return this.popstate.sections[section]?.fetched ?? 0;
    });
  }

  startBackup(account: AccountId): Promise<BackupOutline> {
    return this.respond('startBackup', [account], () => ({
      id: 1,
      messages: this.backup.reduce((sum, part) => sum + part.messages + part.unreadable + part.beginnings, 0),
      octets: this.backup.reduce((sum, part) => sum + part.bytes.length, 0),
    }));
  }

  readBackup(backup: number): Promise<BackupPart> {
    return this.respond('readBackup', [backup], () => {
      const part = this.backup.shift();
      if (part === undefined) throw new PoplarError('not-found', 'storage');
      return part;
    });
  }

  endBackup(backup: number, saved: boolean): Promise<void> {
    return this.respond('endBackup', [backup, saved], () => undefined);
  }
}
