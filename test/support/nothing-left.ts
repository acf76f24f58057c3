/** Test files that follow each other in one process: what a file leaves behind would decide over the next, so it fails. */
import { afterAll, expect, vi } from 'vitest';

afterAll(() => {
  const isFakeClock = vi.isFakeTimers();
  vi.useRealTimers();
  expect(isFakeClock, 'the clock is still a fake one').toBe(false);
  if (typeof document === 'undefined') return;
  const left = document.body.innerHTML;
  document.body.replaceChildren();
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, '', '#');
  expect(left, 'the document is not empty').toBe('');
});
