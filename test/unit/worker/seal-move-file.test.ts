/** Encrypted with a passphrase: read again with it, and refused for each octet that was changed. */
import { describe, expect, it } from 'vitest';
import { HEADER_OCTETS } from '../../../web/move/move-file.ts';
import { openMoveFile, sealMoveFile } from '../../../web/worker/seal-move-file.ts';

const { subtle } = crypto;
const PASSPHRASE = 'four words nobody guesses';
const plain = new TextEncoder().encode('what is inside');

describe('a move file, encrypted', () => {
  it('opens with its passphrase, whatever keyboard it was typed on', async () => {
    const sealed = await sealMoveFile(subtle, plain, 'grün wie Blätter');
    expect(await openMoveFile(subtle, sealed, 'gru\u0308n wie Bla\u0308tter')).toEqual(plain);
  });

  it('shows nothing of what is inside, and looks different each time', async () => {
    const [first, second] = await Promise.all([
      sealMoveFile(subtle, plain, PASSPHRASE),
      sealMoveFile(subtle, plain, PASSPHRASE),
    ]);
    expect(Buffer.from(first).includes('inside')).toBe(false);
    expect(Buffer.from(first.subarray(13)).equals(Buffer.from(second.subarray(13)))).toBe(false);
  });

  it.each(['', 'four words nobody guesse', 'Four words nobody guesses', `${PASSPHRASE} `])(
    'stays shut for “%s”',
    async (other) => {
      const sealed = await sealMoveFile(subtle, plain, PASSPHRASE);
      await expect(openMoveFile(subtle, sealed, other)).rejects.toMatchObject({ code: 'file-sealed' });
    },
  );

  it.each([
    ['more iterations', 12],
    ['another salt', 13],
    ['another nonce', 29],
    ['another first octet', HEADER_OCTETS],
    ['another tag', -1],
  ])('stays shut with %s', async (_name, place) => {
    const sealed = await sealMoveFile(subtle, plain, PASSPHRASE);
    const at = place < 0 ? sealed.length + place : place;
    sealed[at] = (sealed[at] ?? 0) ^ 1;
    await expect(openMoveFile(subtle, sealed, PASSPHRASE)).rejects.toMatchObject({ code: 'file-sealed' });
  });

  it('stays shut when its end is missing', async () => {
    const sealed = await sealMoveFile(subtle, plain, PASSPHRASE);
    await expect(openMoveFile(subtle, sealed.slice(0, -1), PASSPHRASE)).rejects.toMatchObject({
      code: 'file-sealed',
    });
  });

  it('is not made with a passphrase that is soon guessed, nor where nothing encrypts', async () => {
    await expect(sealMoveFile(subtle, plain, '12345678901')).rejects.toMatchObject({
      code: 'bad-input',
      detail: { field: 'passphrase' },
    });
    // Eleven characters, though more than twelve code units.
    await expect(sealMoveFile(subtle, plain, '🔑'.repeat(11))).rejects.toMatchObject({ code: 'bad-input' });
    const sealed = await sealMoveFile(subtle, plain, PASSPHRASE);
    await expect(sealMoveFile(undefined, plain, PASSPHRASE)).rejects.toMatchObject({
      code: 'encryption-absent',
    });
    await expect(openMoveFile(undefined, sealed, PASSPHRASE)).rejects.toMatchObject({
      code: 'encryption-absent',
    });
  });
});
