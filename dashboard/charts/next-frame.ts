const waiting = new Set<() => void>();
let isAsked = false;

/** Once with the next picture of the screen, however often it is asked for; all in the same one. */
export function withNextFrame(draw: () => void): void {
  waiting.add(draw);
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    const all = [...waiting];
    waiting.clear();
    for (const each of all) each();
  });
}

export function notWithNextFrame(draw: () => void): void {
  waiting.delete(draw);
}
