import type { Deadline } from '#analyze/deadline.ts';
import { argumentsOf, lastPart } from './callee.ts';
import { componentsOf } from './components.ts';
import type { Call, Survey, Unit } from './survey.ts';

export type CallGraph = {
  readonly callees: ReadonlyMap<Unit, ReadonlySet<Unit>>;
  readonly targetOf: ReadonlyMap<Call, Unit>;
  /** Units that call each other in a circle, or themselves. */
  readonly cycles: ReadonlyMap<Unit, ReadonlySet<Unit>>;
  /** Every unit after those that it calls, as far as circles allow. */
  readonly calleesFirst: readonly Unit[];
};

/** Resolves calls to the file's own functions by name, nearest scope first. */
export function callGraph({ units }: Survey, deadline: Deadline): CallGraph {
  const named = namedIn(units);
  const targetOf = new Map<Call, Unit>();
  const callees = new Map<Unit, Set<Unit>>();
  for (const unit of units) {
    const called = new Set<Unit>();
    for (const call of unit.calls) {
      if (deadline.passed()) break;
      const target = resolveCall(call, named);
      if (target === undefined) continue;
      targetOf.set(call, target);
      called.add(target);
    }
    callees.set(unit, called);
  }
  return { callees, targetOf, ...componentsOf(units, callees) };
}

/** Functions of one name: all of them, those of each class, those of each scope. */
type Named = {
  readonly all: readonly Unit[];
  readonly byClass: ReadonlyMap<string | undefined, readonly Unit[]>;
  readonly byScope: ReadonlyMap<Unit | undefined, readonly Unit[]>;
};

function namedIn(units: readonly Unit[]): ReadonlyMap<string, Named> {
  const named = new Map<string, Named>();
  for (const [name, all] of Map.groupBy(units, (unit) => unit.name))
    named.set(name, {
      all,
      byClass: Map.groupBy(all, ({ className }) => className),
      byScope: Map.groupBy(all, ({ parent }) => parent),
    });
  return named;
}

const OWN_RECEIVERS = new Set(['self', 'this', 'Self', '$this', 'static', 'cls', '@self']);

function resolveCall(call: Call, named: ReadonlyMap<string, Named>): Unit | undefined {
  const name = lastPart(call.name);
  const candidates = named.get(name);
  if (candidates === undefined) return undefined;
  const given = argumentsOf(call.node).length;
  const isFitting = (unit: Unit) => accepts(unit, given);
  const inClass = (type: string | undefined) => candidates.byClass.get(type)?.find(isFitting);
  const receiver = call.name.slice(0, -name.length - 1);
  if (receiver === '')
    return inScope(call.unit, candidates, isFitting) ?? candidates.all.find(isFitting);
  if (OWN_RECEIVERS.has(receiver)) return inClass(call.unit.className);
  if (receiver.includes('.') || receiver.includes('(')) return undefined;
  const type = typeOf(receiver, call.unit);
  const exact = inClass(type ?? receiver);
  if (exact !== undefined || type !== undefined) return exact;
  // An object of unknown class: any method of that name but the one that calls it.
  return candidates.all.find(
    (unit) => unit.className !== undefined && unit !== call.unit && isFitting(unit),
  );
}

/** Overloads differ in the number of parameters; where defaults exist, fewer arguments do. */
function accepts(unit: Unit, given: number): boolean {
  if (unit.hasOpenParameters) return true;
  return (
    given <= unit.parameters.length + 1 && (!unit.isStrict || given === unit.parameters.length)
  );
}

function typeOf(name: string, from: Unit): string | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent) {
    const type = unit.types.get(name);
    if (type !== undefined) return type;
  }
  return undefined;
}

function inScope(
  from: Unit,
  { byScope }: Named,
  isFitting: (unit: Unit) => boolean,
): Unit | undefined {
  for (let scope: Unit | undefined = from; scope !== undefined; scope = scope.parent) {
    const found = byScope.get(scope)?.find(isFitting);
    if (found !== undefined) return found;
  }
  return undefined;
}
