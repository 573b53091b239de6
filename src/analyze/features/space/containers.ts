import { isCaseLoop } from '#analyze/features/bounds/case-loops.ts';
import { CONSTANT, isLarger, LINEAR, times, type Growth } from '#analyze/features/bounds/growth.ts';
import { iterationsOf } from '#analyze/features/bounds/iterations.ts';
import { shortText } from '#analyze/features/bounds/short-text.ts';
import { argumentsOf } from '#analyze/features/callee.ts';
import { isKeyed, keyedName, placesFilling } from '#analyze/features/filling.ts';
import { assignmentsTo } from '#analyze/features/receivers.ts';
import { placesAround, repetitionsAround } from '#analyze/features/repeated.ts';
import type { Assignment, Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Orders } from './orders.ts';
import type { SpaceInput, SpaceStep } from './space-input.ts';

type Context = SpaceInput & { readonly orders: Orders };
type Addition = {
  readonly target: string;
  readonly node: SyntaxNode;
  readonly elements: readonly (SyntaxNode | undefined)[];
};

/** What a unit allocates that grows, and what it adds to in loops. */
export function containersOf(unit: Unit, context: Context): SpaceStep[] {
  if (unit.assignments.size === 0 && unit.adding.length === 0) return [];
  const allocated = allocations(unit, context);
  const largest = new Map<string, Growth>();
  for (const { name, growth } of allocated)
    if (isLarger(growth, largest.get(name) ?? CONSTANT)) largest.set(name, growth);
  const additions = [...addedByCalls(unit), ...addedByKeys(unit, context)];
  const grown = context.deadline.collect(additions, (each) => [
    { ...each, growth: roundsOf(each, unit, context) },
  ]);
  // A row that grows in the inner loop is an element of the table in the outer one.
  for (const { target, growth } of grown)
    if (isLarger(growth, largest.get(target) ?? CONSTANT)) largest.set(target, growth);
  return [
    ...allocated.map(({ growth, node }) => ({ growth, line: node.line, what: shortText(node) })),
    ...context.deadline.collect(grown, ({ target, node, elements, growth }) => [
      {
        growth: times(growth, elementGrowth(elements, { unit, context, largest, target })),
        line: node.line,
        what: `${target} grows in a loop`,
      },
    ]),
  ];
}

function allocations(unit: Unit, { orders, deadline }: Context) {
  const found: { name: string; growth: Growth; node: SyntaxNode }[] = [];
  for (const [name, all] of unit.assignments)
    for (const assignment of all) {
      if (deadline.passed()) return found;
      const { value } = assignment;
      if (value === undefined || !holds(assignment)) continue;
      const growth = orders.of(value, unit);
      if (isLarger(growth, CONSTANT)) found.push({ name, growth, node: value });
    }
  return found;
}

/** A loop's variable holds no container of its own, and several targets take a few values. */
function holds({ node, value }: Assignment): boolean {
  if (node.role !== 'assign' && node.role !== 'array') return false;
  const left = node.child('left');
  return !(left?.role === 'tuple' && left.children.length > 1 && value?.role !== 'binary');
}

function addedByCalls(unit: Unit): Addition[] {
  return unit.adding
    .filter((call) => repetitionsAround(call) > 0)
    .map((call) => {
      const given = argumentsOf(call.node);
      const receiver = call.name.slice(0, Math.max(0, call.name.lastIndexOf('.')));
      // Go: `rows = append(rows, row)`.
      const target = receiver === '' ? (given[0]?.text ?? call.name) : receiver;
      return { target, node: call.node, elements: receiver === '' ? given.slice(1) : given };
    });
}

/** `table[key] = …` adds a key where the table is a dictionary. */
function addedByKeys(unit: Unit, { survey }: Context): Addition[] {
  return unit.stored.flatMap((text) => {
    const name = keyedName(text);
    if (name === undefined) return [];
    if (!assignmentsTo(name, unit).some(({ value }) => isKeyed(value, survey.spec))) return [];
    const all = unit.assignments.get(text)!;
    return all.map(({ node, value }) => ({ target: name, node, elements: [value] }));
  });
}

/**
 * How often it is added to before its container is made anew: in loops, and in closures that run
 * once per element.
 */
function roundsOf({ target, node }: Addition, unit: Unit, { values, costs }: Context): Growth {
  const places = placesFilling({ target, node, unit });
  let rounds: Growth = CONSTANT;
  for (const each of places) {
    if (each.place.role === 'closure') rounds = times(rounds, LINEAR);
    else if (!isCaseLoop(each.place))
      rounds = times(rounds, iterationsOf(each.place, each.unit, values).growth);
  }
  const time = costs.ofUnit(placesAround(node, unit).at(-1)?.unit ?? unit).growth;
  return time !== CONSTANT && isLarger(rounds, time) ? time : rounds;
}

function elementGrowth(
  elements: readonly (SyntaxNode | undefined)[],
  given: { unit: Unit; context: Context; largest: ReadonlyMap<string, Growth>; target: string },
): Growth {
  const { unit, context, largest, target } = given;
  let most: Growth = CONSTANT;
  for (const element of elements) {
    const isOther = element?.role === 'name' && element.text !== target;
    const growth = isOther
      ? (largest.get(element.text) ?? CONSTANT)
      : context.orders.of(element, unit);
    if (isLarger(growth, most)) most = growth;
  }
  return most;
}
