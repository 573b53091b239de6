import type { Deadline } from '#analyze/deadline.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import { lastPart } from '#analyze/features/callee.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Entry } from './callers.ts';

const CONSTRUCTORS: ReadonlySet<string> = new Set(['__init__', 'constructor', '__construct']);

/** Every way from one function of the file into another: called, constructed, or handed over. */
export function entriesOf(
  { units, unitOf }: Survey,
  { targetOf }: CallGraph,
  deadline: Deadline,
): Entry[] {
  if (units.length < 2) return [];
  const constructors = constructorsIn(units);
  const byName = new Map<string, Unit>();
  for (const unit of units) if (unit.parent !== undefined) byName.set(unit.name, unit);
  const handed = (each: SyntaxNode): Unit | undefined => {
    const given = each.role === 'argument' ? (each.child('value') ?? each) : each;
    if (given.role === 'name') return byName.get(given.text);
    return given.role === 'closure' || given.role === 'function' ? unitOf.get(given) : undefined;
  };
  const entries: Entry[] = [];
  for (const { calls } of units)
    for (const call of calls) {
      if (deadline.passed()) return entries;
      const to =
        targetOf.get(call) ??
        (constructors.size === 0 ? undefined : constructors.get(lastPart(call.name)));
      if (to !== undefined) entries.push({ call, to, isHandedOver: false });
      for (const child of call.node.children) {
        const given = child.slot === 'arguments' ? handed(child) : undefined;
        if (given !== undefined) entries.push({ call, to: given, isHandedOver: true });
      }
    }
  return entries;
}

function constructorsIn(units: readonly Unit[]): ReadonlyMap<string, Unit> {
  const found = new Map<string, Unit>();
  for (const unit of units)
    if (unit.className !== undefined && CONSTRUCTORS.has(unit.name))
      found.set(unit.className, unit);
  return found;
}
