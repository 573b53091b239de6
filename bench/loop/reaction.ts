import { quantile, rounded } from '../measure/statistics.ts';
import type { Raise } from './meter.ts';
import type { Burst } from './restless.ts';

type Delays = {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
};

/** Milliseconds. `fromBurst` includes the time in which a burst uses up what it had. */
export type Reaction = {
  readonly bursts: number;
  /** Bursts for which nothing had to be raised. */
  readonly alreadyEnough: number;
  /** Bursts whose limit was raised before the program was held up at all. */
  readonly raisedInTime: number;
  readonly fromBurst: Delays;
  /** Held up (throttled, stalled) → new limit in force. */
  readonly fromHeldUp: Delays;
  /** Time for which the limit held a burst up, per burst. */
  readonly heldUpPerBurst: Delays;
};

export function reactionOf(
  kind: Burst['kind'],
  bursts: readonly Burst[],
  raises: readonly Raise[],
): Reaction {
  const reactions = bursts
    .filter((burst) => burst.kind === kind)
    .map((burst) => react(burst, raisesDuring(burst, raises)));
  const fromBurst = reactions.flatMap(({ firstRaiseMs }) => firstRaiseMs ?? []);
  const fromHeldUp = reactions.flatMap(({ heldUpToRaiseMs }) => heldUpToRaiseMs);
  return {
    bursts: reactions.length,
    alreadyEnough: reactions.length - fromBurst.length,
    raisedInTime: reactions.filter((one) => one.firstRaiseMs !== undefined && one.heldUpMs === 0)
      .length,
    fromBurst: delays(fromBurst),
    fromHeldUp: delays(fromHeldUp),
    heldUpPerBurst: delays(reactions.map(({ heldUpMs }) => heldUpMs)),
  };
}

function react(burst: Burst, raises: readonly Raise[]) {
  const first = raises[0];
  // A gap that no raise ended was another program's turn on the core.
  const heldUp = burst.gaps.flatMap(([from, to]) => {
    const raise = raises.find(({ atNs }) => atNs >= from && atNs <= to + NS_PER_MS);
    return raise
      ? [{ ms: (to - from) / NS_PER_MS, toRaiseMs: (raise.atNs - from) / NS_PER_MS }]
      : [];
  });
  return {
    firstRaiseMs: first && (first.atNs - burst.began) / NS_PER_MS,
    heldUpToRaiseMs: heldUp.map(({ toRaiseMs }) => toRaiseMs),
    heldUpMs: heldUp.reduce((sum, { ms }) => sum + ms, 0),
  };
}

const NS_PER_MS = 1e6;

function raisesDuring({ id, kind, began, ended }: Burst, raises: readonly Raise[]): Raise[] {
  return raises.filter(
    (raise) => raise.id === id && raise.kind === kind && raise.atNs >= began && raise.atNs <= ended,
  );
}

function delays(values: readonly number[]): Delays {
  return {
    count: values.length,
    p50: rounded(quantile(values, 0.5)),
    p99: rounded(quantile(values, 0.99)),
    max: rounded(quantile(values, 1)),
  };
}
