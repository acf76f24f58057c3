/** To and from other devices and programs. Holds nothing: a passphrase lives in its dialog alone. */
import type { MailApi } from '../api/mail-api.ts';
import { PoplarError } from '../errors.ts';
import type { AccountId } from '../model/ids.ts';
import { MAX_MOVE_OCTETS, type MoveChoice, type MoveFacts, type MoveOutcome } from '../model/move.ts';
import type { PopstateFacts } from '../model/popstate.ts';
import { BackupRun } from './backup-run.svelte.ts';

/** A file that somebody has chosen: what is needed of the browser's File. */
export interface ChosenFile {
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export class MoveState {
  readonly #api: MailApi;

  constructor(api: MailApi) {
    this.#api = api;
  }

  /** The octets of a move file. Throws PoplarError. */
  save(passphrase: string, withPasswords: boolean): Promise<Uint8Array<ArrayBuffer>> {
    return this.#api.saveMove(passphrase, withPasswords);
  }

  /** What a chosen file holds; nothing is changed. Throws PoplarError. */
  async read(file: ChosenFile, passphrase: string): Promise<MoveFacts> {
    return this.#api.readMove(await octetsOf(file), passphrase);
  }

  /** Adds the file's accounts. Throws PoplarError. */
  async take(file: ChosenFile, passphrase: string, choice: MoveChoice): Promise<MoveOutcome> {
    return this.#api.takeMove(await octetsOf(file), passphrase, choice);
  }

  /** What a chosen popstate.dat holds, seen from the account; nothing is changed. Throws PoplarError. */
  async readPopstate(account: AccountId, file: ChosenFile): Promise<PopstateFacts> {
    return this.#api.readPopstate(account, await octetsOf(file));
  }

  /** A copy of all mail of an account, for whoever shows how it goes. */
  newBackup(account: AccountId): BackupRun {
    return new BackupRun(this.#api, account);
  }

  /** Resolves to how many messages count as fetched from now on and did not before. Throws PoplarError. */
  async takePopstate(account: AccountId, file: ChosenFile, section: number): Promise<number> {
    return this.#api.takePopstate(account, await octetsOf(file), section);
  }
}

/** Throws `file-too-large` before anything is read, and `file-damaged` when the file is gone or not to be read. */
async function octetsOf(file: ChosenFile): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > MAX_MOVE_OCTETS) {
    const detail = { octets: file.size, limitOctets: MAX_MOVE_OCTETS };
    throw new PoplarError('file-too-large', 'page', { detail });
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new PoplarError('file-damaged', 'page', { cause });
  }
}
