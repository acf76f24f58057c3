import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { AttachmentInfo } from '../../../web/model/message.ts';
import { loadInlineImages } from '../../../web/ui/reader/inline-images.ts';

const part = (index: number, contentId: string | null, mimeType = 'image/png'): AttachmentInfo => ({
  index,
  filename: `${index}.png`,
  mimeType,
  octets: 1,
  contentId,
  inline: true,
});
const bytes = (index: number) => Promise.resolve(new Uint8Array([index]));

describe('loadInlineImages', () => {
  let alive: Set<string>;

  beforeEach(() => {
    alive = new Set();
    let made = 0;
    vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
      const url = `blob:${++made}`;
      alive.add(url);
      return url;
    });
    vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void alive.delete(url));
  });
  afterEach(() => vi.restoreAllMocks());

  it('gives each picture an address of its own, and takes it back', async () => {
    const images = await loadInlineImages('<img src="cid:a">', [part(0, 'a'), part(1, 'b')], bytes);
    expect(images.url('a')).toBe('blob:1');
    expect(images.url('b')).toBe('blob:2');
    expect(images.url('c')).toBeNull();
    images.release();
    expect(alive.size).toBe(0);
  });

  it('reads nothing for a message that refers to nothing', async () => {
    const load = vi.fn(bytes);
    await loadInlineImages('<img src="https://a.example/b.png">', [part(0, 'a')], load);
    expect(load).not.toHaveBeenCalled();
  });

  it('reads pictures only', async () => {
    const load = vi.fn(bytes);
    const parts = [part(0, 'a', 'text/html'), part(1, null), part(2, 'c', 'application/pdf')];
    const images = await loadInlineImages('cid:a', parts, load);
    expect(load).not.toHaveBeenCalled();
    expect(images.url('a')).toBeNull();
  });

  it('goes on after a picture that cannot be read, and counts it', async () => {
    const load = (index: number) =>
      index === 0 ? Promise.reject(new PoplarError('parse-failed', 'message')) : bytes(index);
    const images = await loadInlineImages('CID:a', [part(0, 'a'), part(1, 'b')], load);
    expect(images.failed).toBe(1);
    expect(images.url('b')).toBe('blob:1');
  });
});
