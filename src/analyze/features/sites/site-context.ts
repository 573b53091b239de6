import { argumentsOf } from '#analyze/features/callee.ts';
import type { SizeContext } from '#analyze/features/sizes/size-context.ts';
import type { Call, Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Entry } from './callers.ts';

/** Where an expression stands, and who calls what it stands in. */
export type SiteContext = SizeContext & {
  readonly callsOf: ReadonlyMap<Unit, readonly Call[]>;
};

const LONGEST = 120;
/** Node counts itself and the script, Python the script alone. */
const ARGUMENT =
  /^(?:\+|(?:int|float|Number|parseInt|parseFloat|str|String)\()?\s*(?:(?:sys\.)?argv\[([1-9])\]|process\.argv\[([2-9])\])/;

/** By unit: the calls of this file that lead to it; none where it is handed over, too. */
export function callsByTarget(entries: readonly Entry[]): ReadonlyMap<Unit, readonly Call[]> {
  const calls = new Map<Unit, Call[]>();
  for (const { call, to } of entries) {
    const known = calls.get(to);
    if (known === undefined) calls.set(to, [call]);
    else known.push(call);
  }
  for (const { to, isHandedOver } of entries) if (isHandedOver) calls.delete(to);
  return calls;
}

/** `int(sys.argv[1])`: which argument of the program that is. It is known before the program starts. */
export function argumentIn(node: SyntaxNode): number | undefined {
  if (node.end - node.start > LONGEST) return undefined;
  const [, python, script] = ARGUMENT.exec(node.text) ?? [];
  if (python !== undefined) return Number(python);
  return script === undefined ? undefined : Number(script) - 1;
}

export type Source = { readonly node: SyntaxNode; readonly unit: Unit };

/** What a name was given, where it is given one thing only; of a parameter, by the only call. */
export function sourceOf(name: string, context: SiteContext): Source | undefined {
  const unit = scopeOf(name, context.unit);
  if (unit === undefined) return undefined;
  const [assigned, ...more] = unit.assignments.get(name) ?? [];
  const at = unit.parameters.indexOf(name);
  if (at !== -1) return assigned === undefined ? givenTo(unit, at, context) : undefined;
  if (assigned?.value === undefined || assigned.node.role !== 'assign' || more.length > 0)
    return undefined;
  return { node: assigned.value, unit };
}

function givenTo(unit: Unit, at: number, { callsOf }: SiteContext): Source | undefined {
  const [only, ...more] = callsOf.get(unit) ?? [];
  const node = only === undefined ? undefined : argumentsOf(only.node)[at];
  const isByName = node?.role === 'argument' || node?.role === 'spread';
  return node === undefined || isByName || more.length > 0 ? undefined : { node, unit: only!.unit };
}

function scopeOf(name: string, from: Unit): Unit | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent)
    if (unit.assignments.has(name) || unit.parameters.includes(name)) return unit;
  return undefined;
}
