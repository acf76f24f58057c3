import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttachmentInfo } from '../../../web/model/message.ts';
import { picturesOf } from '../../../web/ui/reader/picture-files.ts';
import Pictures from '../../../web/ui/reader/Pictures.svelte';
import { settled } from '../../support/settled.ts';

const file = (index: number, mimeType: string, octets = 1000): AttachmentInfo => ({
  index,
  filename: `file-${index}`,
  mimeType,
  octets,
  contentId: null,
  inline: false,
});

describe('picturesOf', () => {
  it.each([
    ['a photo', file(0, 'image/jpeg'), true],
    ['upper case', file(0, 'IMAGE/PNG'), true],
    ['an SVG, which is a document', file(0, 'image/svg+xml'), false],
    ['what browsers cannot draw', file(0, 'image/tiff'), false],
    ['a page that calls itself one', file(0, 'text/html'), false],
    ['a file of 26 MiB', file(0, 'image/png', 26 * 1024 * 1024), false],
  ])('%s', (_, attachment, shown) => {
    expect(picturesOf([attachment])).toEqual(shown ? [attachment] : []);
  });

  it('ends an album somewhere', () => {
    const album = Array.from({ length: 100 }, (_, index) => file(index, 'image/png'));
    expect(picturesOf(album)).toHaveLength(30);
  });
});

describe('the pictures below the text', () => {
  let alive: Set<string>;
  /** Makes each picture come near the window. */
  let near: Map<Element, () => void>;
  const load = vi.fn((index: number) => Promise.resolve(new Uint8Array([index])));

  beforeEach(() => {
    alive = new Set();
    near = new Map();
    load.mockClear();
    let made = 0;
    vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
      const url = `blob:${++made}`;
      alive.add(url);
      return url;
    });
    vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void alive.delete(url));
    vi.stubGlobal('IntersectionObserver', FakeObserver);
  });
  afterEach(() => {
    cleanup();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  class FakeObserver {
    readonly #heard: IntersectionObserverCallback;
    constructor(heard: IntersectionObserverCallback) {
      this.#heard = heard;
    }
    observe(node: Element): void {
      const entry = { isIntersecting: true } as IntersectionObserverEntry;
      near.set(node, () => this.#heard([entry], this as unknown as IntersectionObserver));
    }
    disconnect(): void {
      return;
    }
  }

  const comeNear = async (place: number): Promise<void> => {
    [...near.values()][place]?.();
    await settled();
  };

  it('are read when they come near, and no sooner', async () => {
    render(Pictures, { pictures: [file(0, 'image/png'), file(1, 'image/png')], load });
    await settled();
    expect(load).not.toHaveBeenCalled();
    await comeNear(1);
    expect(load.mock.calls).toEqual([[1]]);
    expect(screen.getByRole('img', { name: 'file-1' }).getAttribute('src')).toBe('blob:1');
  });

  it('give their memory back when the message is left', async () => {
    const { unmount } = render(Pictures, { pictures: [file(0, 'image/png')], load });
    await settled();
    await comeNear(0);
    expect(alive.size).toBe(1);
    unmount();
    expect(alive.size).toBe(0);
  });

  it('take no memory when the message was left while they were read', async () => {
    let answer: (bytes: Uint8Array<ArrayBuffer>) => void = () => undefined;
    const slow = () => new Promise<Uint8Array<ArrayBuffer>>((resolve) => (answer = resolve));
    const { unmount } = render(Pictures, { pictures: [file(0, 'image/png')], load: slow });
    await settled();
    await comeNear(0);
    unmount();
    answer(new Uint8Array(1));
    await settled();
    expect(alive.size).toBe(0);
  });

  it('say so when they are none, and when they cannot be read', async () => {
    const failing = (index: number) =>
      index === 0 ? Promise.reject(new Error('gone')) : Promise.resolve(new Uint8Array(1));
    render(Pictures, { pictures: [file(0, 'image/png'), file(1, 'image/png')], load: failing });
    await settled();
    await comeNear(0);
    await comeNear(1);
    await fireEvent.error(screen.getByRole('img', { name: 'file-1' }));
    const said = screen.getAllByText(/cannot be shown/).map(({ textContent }) => textContent);
    expect(said).toEqual([0, 1].map((place) => expect.stringMatching(`^file-${place} cannot be shown`)));
  });
});
