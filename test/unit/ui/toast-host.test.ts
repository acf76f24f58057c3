/** Toasts on the page: a polite word, an undo, and a clock that stands still while somebody is at it. */
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { statesAsContext } from '../../../web/state/context.ts';
import { ToastState, UNDO_MS } from '../../../web/state/toast.svelte.ts';
import ToastHost from '../../../web/ui/common/ToastHost.svelte';

let toasts: ToastState;

beforeEach(() => {
  vi.useFakeTimers();
  toasts = new ToastState();
  render(ToastHost, { context: statesAsContext({ toasts }) });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the toasts', () => {
  it('are said politely', async () => {
    toasts.note('Saved');
    await vi.advanceTimersByTimeAsync(0);
    expect(screen.getByRole('status').textContent).toContain('Saved');
  });

  it('undo by their button, once', async () => {
    const undo = vi.fn();
    toasts.undo('Archived', undo);
    await vi.advanceTimersByTimeAsync(0);
    await fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(undo).toHaveBeenCalledTimes(1);
    expect(screen.queryByText('Archived')).toBeNull();
  });

  it('wait while one of them is focused and go on when it is left', async () => {
    toasts.undo('Archived', () => undefined);
    await vi.advanceTimersByTimeAsync(0);
    screen.getByRole('button', { name: 'Undo' }).focus();
    await vi.advanceTimersByTimeAsync(UNDO_MS * 3);
    expect(screen.getByText('Archived')).toBeTruthy();
    screen.getByRole('button', { name: 'Undo' }).blur();
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(screen.queryByText('Archived')).toBeNull();
  });

  it.each(['Undo', 'Dismiss'])('give the focus back to where it was: %s', async (name) => {
    const list = document.body.appendChild(document.createElement('button'));
    toasts.undo('Archived', () => undefined);
    await vi.advanceTimersByTimeAsync(0);
    const button = screen.getByRole('button', { name });
    button.focus();
    await fireEvent.focusIn(button, { relatedTarget: list });
    await fireEvent.click(button);
    await vi.advanceTimersByTimeAsync(0);
    expect(document.activeElement).toBe(list);
    list.remove();
  });

  it('go on when the focused one was dismissed', async () => {
    toasts.undo('Archived', () => undefined);
    toasts.note('Saved');
    await vi.advanceTimersByTimeAsync(0);
    const [first] = screen.getAllByRole('button', { name: 'Dismiss' });
    first?.focus();
    first?.click();
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(screen.queryByText('Saved')).toBeNull();
  });
});
