import { CONSTANT, isLarger } from '#analyze/features/bounds/growth.ts';
import type { Cost } from '#analyze/features/bounds/cost.ts';
import type { Costs } from '#analyze/features/bounds/costs.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';

/**
 * A program costs what its entry point does: the top level where that does something, else `main`.
 * Where entry goes through what cannot be followed (a thread, a framework), and for libraries, it is
 * the most expensive function.
 */
export function programCost({ units, topLevel }: Survey, costs: Costs): Cost {
  const entries = [topLevel, ...units.filter(({ name }) => name === 'main')].map((unit) =>
    costs.ofUnit(unit),
  );
  const entry = worst(entries);
  return entry.growth === CONSTANT || entry.steps.length === 0 ? worstOf(units, costs) : entry;
}

export function worstOf(units: readonly Unit[], costs: Costs): Cost {
  return worst(units.map((unit) => costs.ofUnit(unit)));
}

function worst(all: readonly Cost[]): Cost {
  return all.reduce((most, cost) => (isLarger(cost.growth, most.growth) ? cost : most));
}
