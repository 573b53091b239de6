import type { Deadline } from '#analyze/deadline.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, lastPart } from './callee.ts';
import { componentsOf } from './components.ts';
import { classOfType } from './function-names.ts';
import type { Call, Survey, Unit } from './survey.ts';

export type CallGraph = {
  readonly callees: ReadonlyMap<Unit, ReadonlySet<Unit>>;
  readonly targetOf: ReadonlyMap<Call, Unit>;
  /** The same by the call's node; asked for few of them. */
  readonly targetAt: (node: SyntaxNode) => Unit | undefined;
  /** The calls that lead to a unit. */
  readonly callsTo: ReadonlyMap<Unit, readonly Call[]>;
  /** Units that surely call each other in a circle, or themselves. */
  readonly cycles: ReadonlyMap<Unit, ReadonlySet<Unit>>;
  /** Every unit after those that it calls, as far as circles allow. */
  readonly calleesFirst: readonly Unit[];
};

/** A unit that a call leads to, for sure or by nothing but its name. */
type Target = { readonly unit: Unit; readonly isSure: boolean };

/** Resolves calls to the file's own functions by name, nearest scope first. */
export function callGraph({ units, imports, bases }: Survey, deadline: Deadline): CallGraph {
  const known = { named: namedIn(units), modules: new Set(imports.values()), bases };
  const targetOf = new Map<Call, Unit>();
  const callsTo = new Map<Unit, Call[]>();
  const callees = new Map<Unit, Set<Unit>>();
  const sure = new Map<Unit, Set<Unit>>();
  let hasGuess = false;
  for (const unit of units) {
    for (const call of unit.calls) {
      if (deadline.passed()) break;
      const target = resolveCall(call, known);
      if (target === undefined) continue;
      targetOf.set(call, target.unit);
      gather(callsTo, target.unit, call);
      add(callees, unit, target.unit);
      if (target.isSure) add(sure, unit, target.unit);
      else hasGuess = true;
    }
  }
  const { cycles, calleesFirst } = componentsOf(units, callees);
  const isSure = cycles.size === 0 || !hasGuess;
  return {
    callees,
    targetOf,
    targetAt: byNode(targetOf),
    callsTo,
    cycles: isSure ? cycles : componentsOf(units, sure).cycles,
    calleesFirst,
  };
}

function byNode(targetOf: ReadonlyMap<Call, Unit>): CallGraph['targetAt'] {
  let known: ReadonlyMap<SyntaxNode, Unit> | undefined;
  return (node) => {
    if (targetOf.size === 0) return undefined;
    known ??= new Map([...targetOf].map(([call, unit]) => [call.node, unit]));
    return known.get(node);
  };
}

function add(callees: Map<Unit, Set<Unit>>, from: Unit, to: Unit): void {
  const known = callees.get(from);
  if (known === undefined) callees.set(from, new Set([to]));
  else known.add(to);
}

function gather(calls: Map<Unit, Call[]>, to: Unit, call: Call): void {
  const known = calls.get(to);
  if (known === undefined) calls.set(to, [call]);
  else known.push(call);
}

/** Functions of one name: all of them, those of each class, those of each scope. Most are never called by it. */
class Named {
  readonly all: Unit[] = [];
  #byClass: ReadonlyMap<string | undefined, readonly Unit[]> | undefined;
  #byScope: ReadonlyMap<Unit | undefined, readonly Unit[]> | undefined;
  #functions: readonly Unit[] | undefined;

  get byClass(): ReadonlyMap<string | undefined, readonly Unit[]> {
    return (this.#byClass ??= Map.groupBy(this.all, ({ className }) => className));
  }

  get byScope(): ReadonlyMap<Unit | undefined, readonly Unit[]> {
    return (this.#byScope ??= Map.groupBy(this.all, ({ parent }) => parent));
  }

  /** In no class, or in a function of one. */
  get functions(): readonly Unit[] {
    return (this.#functions ??= this.all.filter((unit) => !isMethod(unit)));
  }
}

function namedIn(units: readonly Unit[]): ReadonlyMap<string, Named> {
  const named = new Map<string, Named>();
  for (const unit of units) {
    let same = named.get(unit.name);
    if (same === undefined) named.set(unit.name, (same = new Named()));
    same.all.push(unit);
  }
  return named;
}

const OWN_RECEIVERS = new Set(['self', 'this', 'Self', '$this', 'static', 'cls', '@self']);

type Known = {
  readonly named: ReadonlyMap<string, Named>;
  readonly modules: ReadonlySet<string>;
  readonly bases: Survey['bases'];
};

function resolveCall(call: Call, known: Known): Target | undefined {
  const name = lastPart(call.name);
  const candidates = known.named.get(name);
  return candidates && resolveAmong(call, name, candidates, known);
}

function resolveAmong(
  call: Call,
  name: string,
  candidates: Named,
  { modules, bases }: Known,
): Target | undefined {
  const given = argumentsOf(call.node).length;
  const isFitting = (unit: Unit) => accepts(unit, given);
  const inClass = (type: string | undefined) => {
    for (const each of withBases(type, bases)) {
      const found = candidates.byClass.get(each)?.find(isFitting);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const sure = (unit: Unit | undefined) => unit && { unit, isSure: true };
  const receiver = call.name.slice(0, -name.length - 1);
  if (receiver === '') return sure(inScope({ name, from: call.unit, candidates, isFitting }));
  if (OWN_RECEIVERS.has(receiver)) return sure(inClass(call.unit.className));
  if (receiver.includes('.') || receiver.includes('(')) return undefined;
  const type = typeOf(receiver, call.unit);
  const exact = inClass(type ?? receiver);
  if (exact !== undefined || type !== undefined) return sure(exact);
  if (modules.has(receiver)) return undefined;
  // An object of unknown class: any method of that name but the one that calls it.
  const guess = candidates.all.find(
    (unit) => unit.className !== undefined && unit !== call.unit && isFitting(unit),
  );
  return guess && { unit: guess, isSure: false };
}

/** A class and those of the file that it is made from, nearest first. */
export function withBases(
  type: string | undefined,
  bases: Survey['bases'],
): readonly (string | undefined)[] {
  const below = type === undefined ? undefined : bases.get(type);
  if (below === undefined || below.length === 0) return [type];
  const all = new Set([type]);
  for (const each of all)
    for (const base of bases.get(each!) ?? []) if (bases.has(base)) all.add(base);
  return [...all];
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
    if (type !== undefined) return classOfType(type);
  }
  return undefined;
}

/** What a bare name means, from the innermost scope outwards: a parameter hides the functions around. */
function inScope(given: {
  name: string;
  from: Unit;
  candidates: Named;
  isFitting: (unit: Unit) => boolean;
}): Unit | undefined {
  const { name, from, candidates, isFitting } = given;
  const isMeant = (unit: Unit) => isFitting(unit) && (from.hasImplicitThis || !isMethod(unit));
  for (let scope: Unit | undefined = from; scope !== undefined; scope = scope.parent) {
    const found = candidates.byScope.get(scope)?.find(isMeant);
    if (found !== undefined) return found;
    if (scope.parameters.includes(name)) return undefined;
  }
  return (from.hasImplicitThis ? candidates.all : candidates.functions).find(isFitting);
}

/** Written in a class, not in a function of one. */
function isMethod({ className, parent }: Unit): boolean {
  return className !== undefined && className !== parent?.className;
}
