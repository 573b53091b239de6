import { waterFill, type Vessel } from './water-fill.ts';

/** One claim on one resource: floor ≤ need ≤ demand, in the resource's unit. */
export type Portion = {
  readonly instanceId: string;
  readonly priority: number;
  readonly weight: number;
  readonly floor: number;
  readonly need: number;
  readonly demand: number;
};

/**
 * Divides a resource that is too small for all demands: everyone gets the floor; then needs are met
 * and only then slack, each by priority, from the highest down, and among equals by weight. So what
 * is not used is taken before what is, from the lowest priority first. Never more than `capacity`,
 * unless the floors alone are more; then everyone has the floor and nothing else.
 * Example: 2 cores; A of priority 90 needs 1 and wants 1.2, B and C of 50 need 1 each, floors 0.1 →
 * A 1, B and C 0.5.
 */
export function divide(portions: readonly Portion[], capacity: number): readonly number[] {
  // Sums of fractions depend on their order: always that of the names.
  if (isSorted(portions)) return divideSorted(portions, capacity);
  const order = portions
    .map((_, index) => index)
    .sort((a, b) => compareNames(portions[a]!.instanceId, portions[b]!.instanceId));
  const parts = divideSorted(
    order.map((index) => portions[index]!),
    capacity,
  );
  const divided: number[] = [];
  order.forEach((index, place) => (divided[index] = parts[place]!));
  return divided;
}

function divideSorted(sorted: readonly Portion[], capacity: number): readonly number[] {
  const parts = sorted.map(({ floor }) => floor);
  const priorities = [...new Set(sorted.map(({ priority }) => priority))].sort((a, b) => b - a);
  let left = capacity - parts.reduce((total, part) => total + part, 0);
  for (const goal of ['need', 'demand'] as const)
    for (const priority of priorities) left -= raise({ sorted, parts, goal, priority, left });
  return parts;
}

function isSorted(portions: readonly Portion[]): boolean {
  for (let index = 1; index < portions.length; index++)
    if (portions[index]!.instanceId < portions[index - 1]!.instanceId) return false;
  return true;
}

/** Raises the parts of one priority towards their goal; returns what that took. */
function raise(step: {
  readonly sorted: readonly Portion[];
  readonly parts: number[];
  readonly goal: 'need' | 'demand';
  readonly priority: number;
  readonly left: number;
}): number {
  const { sorted, parts, goal, priority, left } = step;
  if (left <= 0) return 0;
  const vessels: Vessel[] = [];
  const places: number[] = [];
  for (const [place, portion] of sorted.entries()) {
    if (portion.priority !== priority) continue;
    places.push(place);
    vessels.push({ room: Math.max(0, portion[goal] - parts[place]!), weight: portion.weight });
  }
  const filled = waterFill(vessels, left);
  let total = 0;
  for (const [index, amount] of filled.entries()) {
    parts[places[index]!]! += amount;
    total += amount;
  }
  return total;
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
