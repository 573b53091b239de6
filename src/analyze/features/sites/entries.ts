import type { Deadline } from '#analyze/deadline.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import { argumentsOf, lastPart } from '#analyze/features/callee.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';
import type { Entry } from './callers.ts';

const CONSTRUCTORS: ReadonlySet<string> = new Set(['__init__', 'constructor', '__construct']);

/** Every way from one function of the file into another: called, constructed, or handed over. */
export function entriesOf({ units }: Survey, { targetOf }: CallGraph, deadline: Deadline): Entry[] {
  if (units.length < 2) return [];
  const constructors = constructorsIn(units);
  const byName = new Map<string, Unit>();
  const closures = new Map(units.map((unit) => [unit.node, unit]));
  for (const unit of units) if (unit.parent !== undefined) byName.set(unit.name, unit);
  const handedBy = (call: Call) =>
    argumentsOf(call.node).flatMap((each) => {
      const given = each.role === 'argument' ? (each.child('value') ?? each) : each;
      const to = given.role === 'name' ? byName.get(given.text) : closures.get(given);
      return to === undefined ? [] : [{ call, to, isHandedOver: true }];
    });
  return units.flatMap((unit) =>
    deadline.collect(unit.calls, (call) => {
      const to = targetOf.get(call) ?? constructors.get(lastPart(call.name));
      const handed = handedBy(call);
      return to === undefined ? handed : [{ call, to, isHandedOver: false }, ...handed];
    }),
  );
}

function constructorsIn(units: readonly Unit[]): ReadonlyMap<string, Unit> {
  const found = new Map<string, Unit>();
  for (const unit of units)
    if (unit.className !== undefined && CONSTRUCTORS.has(unit.name))
      found.set(unit.className, unit);
  return found;
}
