import type { Unit } from './survey.ts';

type Callees = ReadonlyMap<Unit, ReadonlySet<Unit>>;
type Visit = { readonly unit: Unit; readonly remaining: Iterator<Unit> };

/**
 * Strongly connected components (R. Tarjan, Depth-first search and linear graph algorithms, 1972),
 * without recursion: call chains can be longer than the stack. Circles are kept; components come
 * out callees first.
 */
export function componentsOf(units: readonly Unit[], callees: Callees) {
  const search = new ComponentSearch(callees);
  for (const unit of units) search.from(unit);
  return { cycles: search.cycles, calleesFirst: search.calleesFirst };
}

// create → from(unit) for every unit → read cycles and calleesFirst.
class ComponentSearch {
  readonly cycles = new Map<Unit, ReadonlySet<Unit>>();
  readonly calleesFirst: Unit[] = [];
  readonly #callees: Callees;
  readonly #order = new Map<Unit, number>();
  readonly #lowest = new Map<Unit, number>();
  readonly #open: Unit[] = [];
  readonly #isOpen = new Set<Unit>();
  readonly #visits: Visit[] = [];

  constructor(callees: Callees) {
    this.#callees = callees;
  }

  from(start: Unit): void {
    if (this.#order.has(start)) return;
    this.#enter(start);
    for (let visit = this.#visits.at(-1); visit !== undefined; visit = this.#visits.at(-1)) {
      const { value: callee, done } = visit.remaining.next();
      if (done === true) this.#leave(visit.unit);
      else if (!this.#order.has(callee)) this.#enter(callee);
      else if (this.#isOpen.has(callee)) this.#lower(visit.unit, this.#order.get(callee)!);
    }
  }

  #enter(unit: Unit): void {
    const number = this.#order.size;
    this.#order.set(unit, number);
    const callees = this.#callees.get(unit);
    if (callees === undefined || callees.size === 0) {
      this.calleesFirst.push(unit);
      return;
    }
    this.#lowest.set(unit, number);
    this.#open.push(unit);
    this.#isOpen.add(unit);
    this.#visits.push({ unit, remaining: callees.values() });
  }

  #leave(unit: Unit): void {
    this.#visits.pop();
    const caller = this.#visits.at(-1);
    if (caller !== undefined) this.#lower(caller.unit, this.#lowest.get(unit)!);
    if (this.#lowest.get(unit) !== this.#order.get(unit)) return;
    const component = this.#open.splice(this.#open.lastIndexOf(unit));
    for (const member of component) {
      this.#isOpen.delete(member);
      this.calleesFirst.push(member);
    }
    if (component.length === 1 && this.#callees.get(unit)?.has(unit) !== true) return;
    const cycle = new Set(component);
    for (const member of component) this.cycles.set(member, cycle);
  }

  #lower(unit: Unit, number: number): void {
    this.#lowest.set(unit, Math.min(this.#lowest.get(unit)!, number));
  }
}
