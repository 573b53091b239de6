import { argumentsOf, lastPart } from './callee.ts';
import { componentsOf } from './components.ts';
import type { Call, Survey, Unit } from './survey.ts';

export type CallGraph = {
  readonly callees: ReadonlyMap<Unit, ReadonlySet<Unit>>;
  readonly targetOf: ReadonlyMap<Call, Unit>;
  /** Units that call each other in a circle, or themselves. */
  readonly cycles: ReadonlyMap<Unit, readonly Unit[]>;
  /** Every unit after those that it calls, as far as circles allow. */
  readonly calleesFirst: readonly Unit[];
};

/** Resolves calls to the file's own functions by name, nearest scope first. */
export function callGraph({ units }: Survey): CallGraph {
  const byName = Map.groupBy(units, (unit) => unit.name);
  const targetOf = new Map<Call, Unit>();
  const callees = new Map<Unit, Set<Unit>>();
  for (const unit of units) {
    const called = new Set<Unit>();
    for (const call of unit.calls) {
      const target = resolveCall(call, byName);
      if (target === undefined) continue;
      targetOf.set(call, target);
      called.add(target);
    }
    callees.set(unit, called);
  }
  return { callees, targetOf, ...componentsOf(units, callees) };
}

const OWN_RECEIVERS = new Set(['self', 'this', 'Self', '$this', 'static', 'cls', '@self']);

function resolveCall(call: Call, byName: ReadonlyMap<string, readonly Unit[]>): Unit | undefined {
  const name = lastPart(call.name);
  const candidates = byName.get(name)?.filter((unit) => accepts(unit, call));
  if (candidates === undefined || candidates.length === 0) return undefined;
  const receiver = call.name.slice(0, -name.length - 1);
  if (receiver === '')
    return candidates.find((unit) => sharesScope(unit, call.unit)) ?? candidates[0];
  if (OWN_RECEIVERS.has(receiver))
    return candidates.find((unit) => unit.className === call.unit.className);
  if (receiver.includes('.') || receiver.includes('(')) return undefined;
  const type = typeOf(receiver, call.unit) ?? receiver;
  const exact = candidates.find((unit) => unit.className === type);
  if (exact !== undefined || typeOf(receiver, call.unit) !== undefined) return exact;
  // An object of unknown class: any method of that name but the one that calls it.
  return candidates.find((unit) => unit.className !== undefined && unit !== call.unit);
}

/** Overloads differ in the number of parameters; where defaults exist, fewer arguments do. */
function accepts(unit: Unit, call: Call): boolean {
  if (unit.hasOpenParameters) return true;
  const given = argumentsOf(call.node).length;
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

function sharesScope(candidate: Unit, from: Unit): boolean {
  for (let scope: Unit | undefined = from; scope !== undefined; scope = scope.parent)
    if (candidate.parent === scope || candidate === scope) return true;
  return false;
}
