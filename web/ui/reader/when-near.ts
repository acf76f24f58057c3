/** Tells when something is about to be seen: pictures far below the text are not read until somebody scrolls there. */

/** How far outside the window counts as near: a flick of the wheel. */
const NEAR = '600px';

/** Calls `seen` once, when `node` comes near the window. The returned function stops waiting. */
export function whenNear(node: Element, seen: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      seen();
    },
    { rootMargin: NEAR },
  );
  observer.observe(node);
  return () => observer.disconnect();
}
