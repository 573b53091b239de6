import type { FunctionProfile, LoopProfile } from '#model/complexity.ts';
import { classify, type Classification } from './classify/classify.ts';
import { ownEffects, type EffectsByUnit } from './effects/own-effects.ts';
import { loopProfiles } from './features/loop-profiles.ts';
import type { Entry } from './features/sites/callers.ts';
import { entriesOf } from './features/sites/entries.ts';
import { Receivers } from './features/receivers.ts';
import type { Call } from './features/survey.ts';
import { waitsIn } from './features/waits.ts';
import { functionProfile } from './function-profile.ts';
import { broughtInto, withBrought, type Brought } from './links/brought.ts';
import type { Foreign } from './links/foreign.ts';
import { boundName, linkName } from './links/link-name.ts';
import type { Measured } from './measure.ts';
import type { ScoreWeights } from './score.ts';

/** What the profile, and those of other files, are made of. */
export type Findings = {
  readonly functions: readonly FunctionProfile[];
  /** Outside every function. */
  readonly loops: readonly LoopProfile[];
  readonly classification: Classification;
  readonly entries: readonly Entry[];
  readonly waits: readonly Call[];
  /** Written in the file. */
  readonly own: EffectsByUnit;
  /** From other files. */
  readonly brought: readonly Brought[];
  /** Both. */
  readonly effects: EffectsByUnit;
  readonly receivers: Receivers;
};

/** Runs every feature, in the order in which the deadline has time for them. */
export function find(
  measured: Measured,
  given: {
    readonly foreign: Foreign;
    readonly file: string | undefined;
    readonly weights: ScoreWeights | undefined;
  },
): Findings {
  const { survey, graph, deadline } = measured;
  const { foreign, file, weights } = given;
  deadline.begin('functions');
  const functions = deadline.collect(survey.units, (unit) =>
    unit === survey.topLevel ? [] : [functionProfile(unit, measured, weights)],
  );
  const loops = loopProfiles(survey.topLevel, measured);
  deadline.begin('class');
  const classification = classify(measured);
  // What is known to be in another file is no library's, whatever its name.
  const isForeign = (call: Call) => Object.hasOwn(foreign.calls, linkName(call, survey));
  const waits = waitsIn(survey).filter((call) => !isForeign(call));
  const gives = new Map(Object.entries(foreign.calls).map(([name, each]) => [name, each.gives]));
  const receivers = new Receivers(survey, {
    callsTo: (unit) => graph.callsTo.get(unit) ?? [],
    targetOf: graph.targetAt,
    givenElsewhere: (name) => (gives.size === 0 ? undefined : gives.get(boundName(name, survey))),
  });
  const own = ownEffects(measured, {
    timeClass: classification.class,
    waits,
    isForeign,
    receivers,
  });
  deadline.begin('sites');
  const brought = broughtInto(measured, foreign, file);
  const effects = withBrought(own, brought);
  const entries = entriesOf(survey, graph, deadline);
  return { functions, loops, classification, entries, waits, own, brought, effects, receivers };
}
