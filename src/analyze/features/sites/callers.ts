import type { Call, Unit } from '#analyze/features/survey.ts';
import { unitName } from './unit-name.ts';

const MOST_CALLERS = 16;

/** For each unit the functions from which it can be reached, nearest first. Asked for few, kept for all. */
export function callersOf(entries: ReadonlyMap<Unit, ReadonlySet<Unit>>): (unit: Unit) => string[] {
  const known = new Map<Unit, string[]>();
  return (unit) => {
    const callers = known.get(unit) ?? reaching(unit, entries).map(unitName);
    known.set(unit, callers);
    return callers;
  };
}

function reaching(unit: Unit, entries: ReadonlyMap<Unit, ReadonlySet<Unit>>): Unit[] {
  const seen = new Set<Unit>();
  let wave: Unit[] = [unit];
  while (wave.length > 0 && seen.size < MOST_CALLERS) {
    const next = new Set<Unit>();
    for (const each of wave)
      for (const caller of entries.get(each) ?? [])
        if (caller !== unit && !seen.has(caller)) next.add(caller);
    for (const caller of next) seen.add(caller);
    wave = [...next];
  }
  return [...seen].slice(0, MOST_CALLERS);
}

export type Entry = { readonly call: Call; readonly to: Unit; readonly isHandedOver: boolean };

export function callersByUnit(entries: readonly Entry[]): ReadonlyMap<Unit, ReadonlySet<Unit>> {
  const callers = new Map<Unit, Set<Unit>>();
  for (const { call, to } of entries) {
    const known = callers.get(to);
    if (known === undefined) callers.set(to, new Set([call.unit]));
    else known.add(call.unit);
  }
  return callers;
}
