/**
 * A file that is written piece by piece: where somebody chooses, in browsers that let a page write files; otherwise handed
 * to the downloads when it is whole. Large files are then kept by the browser, not by the page.
 */
import { PoplarError } from '../../errors.ts';
import type { BackupSink } from '../../state/backup-run.svelte.ts';
import { saveBlob } from './save-file.ts';

/** What browsers with file access have, and TypeScript's DOM has not. */
interface FileAccess {
  showSaveFilePicker?: (options: {
    suggestedName: string;
    types: { description: string; accept: Record<string, string[]> }[];
  }) => Promise<FileSystemFileHandle>;
}

const TYPES = [{ description: 'Mail (mbox)', accept: { 'application/mbox': ['.mbox'] } }];

/**
 * Asks where the file goes; null when nobody answered. To be called while a click is handled. Throws PoplarError
 * `file-not-written`.
 */
export async function openSaveStream(filename: string): Promise<BackupSink | null> {
  const { showSaveFilePicker } = window as FileAccess;
  if (showSaveFilePicker === undefined) return downloadStream(filename);
  try {
    const handle = await showSaveFilePicker.call(window, { suggestedName: filename, types: TYPES });
    return fileStream(await handle.createWritable());
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw notWritten(error);
  }
}

function fileStream(stream: FileSystemWritableFileStream): BackupSink {
  return {
    write: (bytes) => stream.write(bytes).catch(fail),
    close: async () => {
      await stream.close().catch(fail);
      return 'written';
    },
    abort: () => stream.abort().catch(fail),
  };
}

function downloadStream(filename: string): BackupSink {
  const pieces: Blob[] = [];
  return {
    write: async (bytes) => {
      pieces.push(new Blob([bytes]));
    },
    close: async () => {
      saveBlob(new Blob(pieces, { type: 'application/octet-stream' }), filename);
      return 'handed-over';
    },
    abort: async () => {
      pieces.length = 0;
    },
  };
}

function fail(cause: unknown): never {
  throw notWritten(cause);
}

function notWritten(cause: unknown): PoplarError {
  const message = cause instanceof Error || cause instanceof DOMException ? cause.message : '';
  return new PoplarError('file-not-written', 'page', { detail: { message }, cause });
}
