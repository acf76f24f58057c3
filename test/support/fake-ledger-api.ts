/** The part of FakeMailApi about what is on the server. */
import type { LedgerApi } from '../../web/api/ledger-api.ts';
import type { MailApi } from '../../web/api/mail-api.ts';
import type { MailEvent } from '../../web/model/event.ts';
import type { AccountId, Uidl } from '../../web/model/ids.ts';
import type { LedgerAction, LedgerFilter, LedgerSelection } from '../../web/model/server-ledger.ts';
import { FakeLedger } from './fake-ledger.ts';
import { FakeMoveApi } from './fake-move-api.ts';

export abstract class FakeLedgerApi extends FakeMoveApi implements LedgerApi {
  /** Of every account. */
  ledger = new FakeLedger({ count: 12 });

  protected abstract override respond<T>(
    method: Exclude<keyof MailApi, 'subscribe'>,
    args: unknown[],
    compute: () => T,
  ): Promise<T>;

  abstract emit(event: MailEvent): void;

  listServer(account: AccountId): Promise<void> {
    return this.respond('listServer', [account], () => void (this.ledger.isListed = true));
  }

  ledgerWindow(account: AccountId, filter: LedgerFilter, offset: number, limit: number) {
    return this.respond('ledgerWindow', [account, filter, offset, limit], () =>
      this.ledger.window(filter, offset, limit),
    );
  }

  ledgerIds(account: AccountId, filter: LedgerFilter, offset: number, limit: number) {
    return this.respond('ledgerIds', [account, filter, offset, limit], () =>
      this.ledger.ids(filter, offset, limit),
    );
  }

  readLedgerHeads(account: AccountId, uidls: Uidl[]): Promise<void> {
    return this.respond('readLedgerHeads', [account, uidls], () => this.ledger.read(uidls));
  }

  changeLedger(account: AccountId, selection: LedgerSelection, action: LedgerAction) {
    return this.respond('changeLedger', [account, selection, action], () => {
      const change = this.ledger.change(selection, action);
      this.emit({ type: 'server-ledger-changed', account });
      return change;
    });
  }

  undoLedgerChange(account: AccountId, undo: number): Promise<number> {
    return this.respond('undoLedgerChange', [account, undo], () => {
      const tooLate = this.ledger.undo(undo);
      this.emit({ type: 'server-ledger-changed', account });
      return tooLate;
    });
  }
}
