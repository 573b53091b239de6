const LOOK_MS = 5;
/** A program that is not there by then will not come: what stands for it is told. */
const LONGEST_MS = 5000;

type Target = {
  /** Whether the program has begun. Not asked any more once it has. */
  readonly isThere: () => boolean;
  readonly isGone: () => boolean;
  readonly send: (signal: NodeJS.Signals) => void;
};

/**
 * Signals to a program that is being started. Before it is there, the first process of its sandbox would
 * take them and do nothing: they wait, in order.
 */
export function onceThere({ isThere, isGone, send }: Target): (signal: NodeJS.Signals) => void {
  const early: NodeJS.Signals[] = [];
  let hasBegun = false;

  function deliver(untilMs: number): void {
    if (isGone()) return;
    hasBegun = isThere() || performance.now() > untilMs;
    if (hasBegun) for (const signal of early.splice(0)) send(signal);
    else setTimeout(deliver, LOOK_MS, untilMs).unref();
  }

  return (signal) => {
    if (isGone()) return;
    if (hasBegun) return send(signal);
    early.push(signal);
    if (early.length === 1) deliver(performance.now() + LONGEST_MS);
  };
}
