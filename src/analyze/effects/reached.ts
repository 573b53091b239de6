import type { DataStructure } from '#model/complexity.ts';
import { componentsOf } from '#analyze/features/components.ts';
import { loopAround } from '#analyze/features/loops-around.ts';
import type { Entry } from '#analyze/features/sites/callers.ts';
import { isMainGuard } from '#analyze/features/sites/is-conditional.ts';
import type { Call, Unit } from '#analyze/features/survey.ts';
import type { Measured } from '#analyze/measure.ts';
import { mapEffects, merged, NO_EFFECTS, type Effects, type Place } from './effects.ts';
import type { EffectsByUnit } from './own-effects.ts';

/** More of a kind than these change no estimate. */
const MOST = 16;
/** Below that a structure costs nothing that another file need know of. */
const LEAST_BYTES = 64 * 1024;

export type Reached = {
  readonly ofUnit: EffectsByUnit;
  /** What runs when the file is loaded and is not the program. */
  readonly atLoad: Effects;
};

/** What a call into each unit does, through the other functions of its file. */
export function reachedEffects(
  { survey, deadline }: Pick<Measured, 'survey' | 'deadline'>,
  own: EffectsByUnit,
  entries: readonly Entry[],
): Reached {
  const { units, topLevel, root } = survey;
  const leaving = Map.groupBy(entries, ({ call }) => call.unit);
  const below = (unit: Unit) => leaving.get(unit) ?? [];
  const callees = new Map(units.map((unit) => [unit, new Set(below(unit).map(({ to }) => to))]));
  const { cycles, calleesFirst } = componentsOf(units, callees);
  const ofUnit = new Map<Unit, Effects>();
  const entered = (some: readonly Entry[]) =>
    some.flatMap(({ call, to }) => {
      const effects = ofUnit.get(to);
      return effects === undefined ? [] : [within(effects, call)];
    });
  for (const unit of calleesFirst) {
    if (deadline.passed()) break;
    if (ofUnit.has(unit)) continue;
    const circle = [...(cycles.get(unit) ?? [unit])];
    const effects = notable(
      circle.flatMap((each) => [own.get(each) ?? NO_EFFECTS, ...entered(below(each))]),
    );
    for (const each of circle) ofUnit.set(each, effects);
  }
  const guards = root.children.filter(isMainGuard);
  const isLoaded = ({ line }: Place) =>
    !guards.some((guard) => guard.line <= line && line <= guard.endLine);
  const loading = below(topLevel).filter(({ call }) => isLoaded(call.node));
  const atLoad = notable([
    mapEffects(own.get(topLevel) ?? NO_EFFECTS, (places) => places.filter(isLoaded)),
    ...entered(loading),
  ]);
  return { ofUnit, atLoad };
}

function within(effects: Effects, call: Call): Effects {
  const loop = loopAround(call);
  if (loop === undefined || effects.external.length === 0) return effects;
  const external = effects.external.map((each) => ({
    ...each,
    loopDepth: each.loopDepth + call.loopDepth,
    loopLine: each.loopLine ?? loop.line,
  }));
  return { ...effects, external };
}

function notable(all: readonly Effects[]): Effects {
  const effects = merged(all);
  const structures = byLine(effects.structures)
    .filter(({ bytes }) => bytes === undefined || bytes >= LEAST_BYTES)
    .toSorted((one, other) => (other.bytes ?? 0) - (one.bytes ?? 0));
  return mapEffects({ ...effects, structures }, (places) => places.slice(0, MOST));
}

/** Two lists made in one line are one structure of both sizes: elsewhere a line is all that tells them apart. */
function byLine(structures: readonly DataStructure[]): DataStructure[] {
  const found = new Map<string | DataStructure, DataStructure>();
  for (const each of structures) {
    const key = each.elsewhere === undefined ? `${each.line}:${each.kind}` : each;
    const { bytes } = found.get(key) ?? {};
    const isSum = bytes !== undefined && each.bytes !== undefined;
    found.set(key, isSum ? { ...each, bytes: bytes + each.bytes } : each);
  }
  return [...found.values()];
}
