import type { ComplexityClass } from '#model/complexity.ts';
import type { Stage } from '#analyze/deadline.ts';
import { Concurrency } from '#analyze/features/concurrency.ts';
import { dataStructures } from '#analyze/features/data-structures.ts';
import { externalCalls } from '#analyze/features/external-calls.ts';
import { parallelism } from '#analyze/features/parallelism.ts';
import type { Receivers } from '#analyze/features/receivers.ts';
import { spaceSteps } from '#analyze/features/space/space.ts';
import type { Call, Unit } from '#analyze/features/survey.ts';
import type { Measured } from '#analyze/measure.ts';
import type { Effects } from './effects.ts';

export type EffectsByUnit = ReadonlyMap<Unit, Effects>;

const NONE: readonly never[] = [];

/** Of each unit what is written in it, without what it calls. */
export function ownEffects(
  measured: Measured,
  given: {
    readonly timeClass: ComplexityClass;
    readonly waits: readonly Call[];
    readonly isForeign: (call: Call) => boolean;
    readonly receivers: Receivers;
  },
): EffectsByUnit {
  const { survey, graph, values, deadline } = measured;
  const { timeClass, waits, isForeign, receivers } = given;
  /** Nothing of those that there is no time for. */
  const ofEach = <T>(stage: Stage, find: (unit: Unit) => readonly T[]) => {
    deadline.begin(stage);
    const found = survey.units.map((unit) => (deadline.passed() ? [] : find(unit)));
    return ({ id }: Unit) => found[id]!;
  };
  const concurrency = new Concurrency(survey, graph, deadline);
  const external = ofEach(
    'calls out',
    externalCalls(survey, { concurrency, receivers, isForeign, deadline }),
  );
  const structures = ofEach('sizes', (unit) => dataStructures(unit, survey, values));
  const spaceIn = spaceSteps(measured, timeClass);
  const space = ofEach('space', (unit) => spaceIn(unit, structures(unit)));
  const parallel = ofEach('sites', parallelism(survey, measured));
  const waitsByUnit = Map.groupBy(waits, ({ unit }) => unit);
  const effects = new Map<Unit, Effects>();
  for (const unit of survey.units)
    effects.set(unit, {
      external: external(unit),
      structures: structures(unit),
      space: space(unit),
      waits: waitsByUnit.get(unit)?.map(({ node }) => ({ line: node.line })) ?? NONE,
      parallelism: parallel(unit),
    });
  return effects;
}
