export type Vessel = { readonly room: number; readonly weight: number };

/**
 * Fills vessels from one source until it is empty or they are full: the level rises evenly, per unit
 * of weight, and what one cannot hold goes to the others (weighted max-min fairness; Bertsekas and
 * Gallager, Data Networks, 6.5.2). Fills in the order of the fullest level, so the result does not
 * depend on the order of the vessels.
 * Example: 10 into rooms 2, 8, 8 with weights 1, 1, 3 → 2, 2, 6.
 */
export function waterFill(vessels: readonly Vessel[], amount: number): readonly number[] {
  if (roomIn(vessels) <= amount) return vessels.map(({ room }) => room);
  const filled = vessels.map(() => 0);
  const byLevel = vessels
    .map((_, index) => index)
    .sort((a, b) => compare(vessels[a]!, vessels[b]!));
  let left = Math.max(0, amount);
  let weight = byLevel.reduce((sum, index) => sum + vessels[index]!.weight, 0);
  for (const index of byLevel) {
    const vessel = vessels[index]!;
    const part = weight > 0 ? (left * vessel.weight) / weight : 0;
    filled[index] = Math.max(0, Math.min(vessel.room, part, left));
    left -= filled[index];
    weight -= vessel.weight;
  }
  return filled;
}

function roomIn(vessels: readonly Vessel[]): number {
  let total = 0;
  for (const { room } of vessels) total += room;
  return total;
}

/** Whoever is full at the lowest level comes first. */
function compare(a: Vessel, b: Vessel): number {
  return a.room / a.weight - b.room / b.weight || a.room - b.room;
}
