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
  const byPriority = placesByPriority(sorted);
  let left = capacity - parts.reduce((total, part) => total + part, 0);
  for (const goal of ['need', 'demand'] as const)
    for (const places of byPriority) left -= raise({ sorted, parts, goal, places, left });
  return parts;
}

/** Of the highest priority first. */
function placesByPriority(sorted: readonly Portion[]): readonly (readonly number[])[] {
  const byPriority = new Map<number, number[]>();
  for (let place = 0; place < sorted.length; place++) {
    const { priority } = sorted[place]!;
    const places = byPriority.get(priority);
    if (places) places.push(place);
    else byPriority.set(priority, [place]);
  }
  return [...byPriority].sort(([a], [b]) => b - a).map(([, places]) => places);
}

function isSorted(portions: readonly Portion[]): boolean {
  for (let index = 1; index < portions.length; index++)
    if (portions[index]!.instanceId < portions[index - 1]!.instanceId) return false;
  return true;
}

/** Raises the parts at `places` towards their goal; returns what that took. */
function raise(step: {
  readonly sorted: readonly Portion[];
  readonly parts: number[];
  readonly goal: 'need' | 'demand';
  readonly places: readonly number[];
  readonly left: number;
}): number {
  const { sorted, parts, goal, places, left } = step;
  if (left <= 0) return 0;
  const vessels: Vessel[] = places.map((place) => {
    const portion = sorted[place]!;
    return { room: Math.max(0, portion[goal] - parts[place]!), weight: portion.weight };
  });
  const filled = waterFill(vessels, left);
  let total = 0;
  for (let index = 0; index < places.length; index++) {
    parts[places[index]!]! += filled[index]!;
    total += filled[index]!;
  }
  return total;
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
