import type { SizeExpression } from '#model/site.ts';
import { calleeName } from '#analyze/features/callee.ts';
import type { Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { fileSize } from './file-size.ts';
import type { SiteContext } from './site-context.ts';
import { allocatorNamed, symbolicSize } from './symbolic-size.ts';

export type Allocation = {
  readonly node: SyntaxNode;
  readonly what: string;
  readonly size: SizeExpression;
};

/** Below that a place costs nothing that a resize could help with. */
const LEAST_BYTES = 64 * 1024;

/** Whose size is worked out when it is come to, unless it is known. */
type Candidate = Omit<Allocation, 'size'> & { readonly size?: SizeExpression };

/** Everything in a unit that makes something large at once, or something whose size depends on input. */
export function allocationsIn(unit: Unit, context: SiteContext): Allocation[] {
  const found: Allocation[] = [];
  let coveredTo = -1;
  for (const { node, what, size: known } of candidatesIn(unit, context)) {
    // What an allocation is made of counts with it.
    if (node.end <= coveredTo) continue;
    if (context.values.deadline.passed()) break;
    const size = known ?? symbolicSize(node, context);
    if (size === undefined) continue;
    coveredTo = node.end;
    if (size.times.length > 0 || size.bytes >= LEAST_BYTES) found.push({ node, what, size });
  }
  return found;
}

/** Outer ones before what is in them. */
function candidatesIn(unit: Unit, context: SiteContext): Candidate[] {
  const found: Candidate[] = [];
  for (const call of unit.calls) {
    const { node, name: what } = call;
    const isAllocator = allocatorNamed(call.named) !== undefined;
    const size = isAllocator ? undefined : fileSize(call, context);
    if (isAllocator) found.push({ node, what });
    else if (size !== undefined) found.push({ node, what, size });
  }
  for (const node of comprehensionsIn(unit)) found.push({ node, what: 'comprehension' });
  for (const node of unit.repetitions) found.push({ node, what: whatIsRepeated(node) });
  return found.sort(
    (one, other) => one.node.start - other.node.start || other.node.end - one.node.end,
  );
}

function comprehensionsIn({ loops }: Unit): ReadonlySet<SyntaxNode> {
  const found = new Set<SyntaxNode>();
  for (const { node } of loops) if (node.parent?.role === 'comprehension') found.add(node.parent);
  return found;
}

function whatIsRepeated(node: SyntaxNode): string {
  const made = node.children.find(({ role }) => role !== 'name' && role !== 'number');
  return made?.role === 'call' ? calleeName(made, new Map()) : (made?.role ?? 'list');
}
