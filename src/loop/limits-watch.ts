import type { Instance } from '#model/instance.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * A cgroup is Limber's until it removes it. Where somebody else does, the program would go on without
 * any limit. Told when it was gone twice in a row: an instance that ends may lose it in between.
 * Returns the end of it.
 */
export function watchLimits({ hasLimits }: Instance, onLost: () => void): () => void {
  if (!hasLimits) return () => {};
  let wasThere = true;
  const timer = setInterval(() => {
    const isThere = hasLimits();
    if (!isThere && !wasThere) onLost();
    wasThere = isThere;
  }, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}
