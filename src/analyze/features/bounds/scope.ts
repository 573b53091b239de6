import type { Unit } from '#analyze/features/survey.ts';

/** The nearest scope that gives the name a value. */
export function scopeOf(name: string, from: Unit): Unit | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent)
    if (unit.assignments.has(name) || unit.parameters.includes(name)) return unit;
  return undefined;
}
