import type { SizeExpression } from '#model/site.ts';
import { calleeName } from '#analyze/features/callee.ts';
import type { Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { fileSize } from './file-size.ts';
import type { SiteContext } from './site-context.ts';
import { symbolicSize } from './symbolic-size.ts';

export type Allocation = {
  readonly node: SyntaxNode;
  readonly what: string;
  readonly size: SizeExpression;
};

/** Below that a place costs nothing that a resize could help with. */
const LEAST_BYTES = 64 * 1024;

/** Few calls make anything. */
const NONE: readonly [] = [];

type Candidate = Omit<Allocation, 'size'> & { readonly size: () => SizeExpression | undefined };

/** Everything in a unit that makes something large at once, or something whose size depends on input. */
export function allocationsIn(unit: Unit, context: SiteContext): Allocation[] {
  const found: Allocation[] = [];
  let coveredTo = -1;
  for (const { node, what, size: evaluate } of candidatesIn(unit, context)) {
    // What an allocation is made of counts with it.
    if (node.end <= coveredTo) continue;
    if (context.values.deadline.passed()) break;
    const size = evaluate();
    if (size === undefined) continue;
    coveredTo = node.end;
    if (size.times.length > 0 || size.bytes >= LEAST_BYTES) found.push({ node, what, size });
  }
  return found;
}

/** Outer ones before what is in them. */
function candidatesIn(unit: Unit, context: SiteContext): Candidate[] {
  const symbolic = (node: SyntaxNode, what: string): Candidate => ({
    node,
    what,
    size: () => symbolicSize(node, context),
  });
  const calls = unit.calls.flatMap((call): Candidate | readonly [] => {
    if (context.allocatorOf(call.name) !== undefined) return symbolic(call.node, call.name);
    const size = fileSize(call, context);
    return size === undefined ? NONE : { node: call.node, what: call.name, size: () => size };
  });
  const comprehensions = new Set(
    unit.loops.flatMap(({ node: { parent } }) => (parent?.role === 'comprehension' ? parent : [])),
  );
  const repetitions = unit.repetitions.map((node) => symbolic(node, whatIsRepeated(node)));
  const made = [...comprehensions].map((node) => symbolic(node, 'comprehension'));
  return [...calls, ...made, ...repetitions].sort(
    (one, other) => one.node.start - other.node.start || other.node.end - one.node.end,
  );
}

function whatIsRepeated(node: SyntaxNode): string {
  const made = node.children.find(({ role }) => role !== 'name' && role !== 'number');
  return made?.role === 'call' ? calleeName(made, new Map()) : (made?.role ?? 'list');
}
