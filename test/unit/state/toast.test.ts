/** Toasts come, wait, can be taken back, and go. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NOTE_MS, ToastState, UNDO_MS } from '../../../web/state/toast.svelte.ts';

let toasts: ToastState;
const texts = (): string[] => toasts.toasts.map((toast) => toast.text);

beforeEach(() => {
  vi.useFakeTimers();
  toasts = new ToastState();
});
afterEach(() => vi.useRealTimers());

describe('a toast', () => {
  it('that undoes stays for 8 s', () => {
    toasts.undo('Archived', () => undefined);
    vi.advanceTimersByTime(UNDO_MS - 1);
    expect(texts()).toEqual(['Archived']);
    vi.advanceTimersByTime(1);
    expect(texts()).toEqual([]);
    expect(UNDO_MS).toBe(8_000);
  });

  it('undoes once, by its button or by the key', () => {
    const undo = vi.fn();
    toasts.undo('Archived', undo);
    const id = toasts.toasts[0]?.id ?? 0;
    expect(toasts.undoLatest()).toBe(true);
    expect(toasts.undoLatest()).toBe(false);
    toasts.take(id);
    expect(undo).toHaveBeenCalledTimes(1);
    expect(texts()).toEqual([]);
  });

  it('that offers an older undo gives way to a newer one', () => {
    const [first, second] = [vi.fn(), vi.fn()];
    toasts.undo('First', first);
    toasts.undo('Second', second);
    expect(texts()).toEqual(['Second']);
    toasts.undoLatest();
    expect(toasts.undoLatest()).toBe(false);
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledTimes(1);
  });

  it('says that the chance to undo has passed, however it passed, and never after it was taken', () => {
    const [undo, pass] = [vi.fn(), vi.fn()];
    const show = (): void => toasts.undo('Deleted', undo, pass);
    show();
    vi.advanceTimersByTime(UNDO_MS - 1);
    expect(pass).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(pass).toHaveBeenCalledTimes(1);
    show();
    toasts.dismiss(toasts.toasts[0]?.id ?? 0);
    expect(pass).toHaveBeenCalledTimes(2);
    show();
    toasts.undo('Archived', () => undefined);
    expect(pass).toHaveBeenCalledTimes(3);
    show();
    toasts.undoLatest();
    vi.advanceTimersByTime(UNDO_MS);
    expect([undo.mock.calls.length, pass.mock.calls.length]).toEqual([1, 3]);
  });

  it('is not undone by the key when it is an offer', () => {
    const run = vi.fn();
    toasts.offer('A new version is ready', { label: 'Reload', run });
    expect(toasts.undoLatest()).toBe(false);
    expect(run).not.toHaveBeenCalled();
  });

  it('that offers something stays until it is dismissed, and is made only once', () => {
    toasts.offer('A new version is ready', { label: 'Reload', run: () => undefined });
    toasts.offer('A new version is ready', { label: 'Reload', run: () => undefined });
    vi.advanceTimersByTime(3_600_000);
    expect(texts()).toEqual(['A new version is ready']);
    toasts.dismiss(toasts.toasts[0]?.id ?? 0);
    expect(texts()).toEqual([]);
  });

  it('waits while somebody points at it, and keeps only the time it had left', () => {
    toasts.undo('Archived', () => undefined);
    vi.advanceTimersByTime(UNDO_MS - 1_000);
    toasts.pause();
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['Archived']);
    toasts.resume();
    vi.advanceTimersByTime(999);
    expect(texts()).toEqual(['Archived']);
    vi.advanceTimersByTime(1);
    expect(texts()).toEqual([]);
  });

  it('that comes while others wait, waits too', () => {
    toasts.undo('Archived', () => undefined);
    toasts.pause();
    toasts.note('Saved');
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['Archived', 'Saved']);
    toasts.resume();
    vi.advanceTimersByTime(NOTE_MS);
    expect(texts()).toEqual(['Archived']);
  });

  it('runs again after the one that was pointed at was dismissed', () => {
    toasts.note('Saved');
    toasts.pause();
    toasts.dismiss(toasts.toasts[0]?.id ?? 0);
    toasts.note('Saved again');
    vi.advanceTimersByTime(NOTE_MS);
    expect(texts()).toEqual([]);
  });
});
