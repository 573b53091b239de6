import { argumentsOf, calleeName, lastPart } from '#analyze/features/callee.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { SizeContext } from './size-context.ts';

const MAX_STEPS = 16;
/** Of one value they make one value. */
const PURE = /^(str|repr|int|float|chr|ord|abs|String|Number|toString|valueOf|format|hash)$/;

/**
 * At most how many different values an expression takes, however often it is evaluated; undefined
 * where nothing bounds them.
 * Example: `"w%d" % (i * 7919 % 20011)` takes 20011, whatever `i` is.
 */
export function distinctValues(
  node: SyntaxNode | undefined,
  context: SizeContext,
): number | undefined {
  if (node === undefined || context.steps > MAX_STEPS) return undefined;
  const below = { ...context, steps: context.steps + 1 };
  switch (node.role) {
    case 'number':
    case 'boolean':
    case 'null':
      return 1;
    case 'string':
      return together(
        node.children.filter(({ role }) => role === 'interpolation'),
        below,
      );
    case 'interpolation':
    case 'tuple':
      return together(node.children, below);
    case 'binary':
      return ofOperator(node, below);
    case 'call':
      return PURE.test(lastPart(calleeName(node, context.survey.imports)))
        ? together(argumentsOf(node), below)
        : undefined;
    case 'name':
      return ofName(node, below);
    default:
      return undefined;
  }
}

/** A name that is given one value. One that begins with a number may count on from there. */
function ofName(node: SyntaxNode, context: SizeContext): number | undefined {
  const [only, ...others] = context.unit.assignments.get(node.text) ?? [];
  if (only?.value === undefined || others.length > 0 || only.value.role === 'number')
    return undefined;
  return distinctValues(only.value, context);
}

/** What is taken modulo 10, or masked with 0xff, has at most 10, or 256, values. */
function ofOperator(node: SyntaxNode, context: SizeContext): number | undefined {
  const [left, right] = node.children;
  const limit = context.values.of(right, context.unit).constant;
  if (node.operator === '%' && left?.role === 'string') return distinctValues(right, context);
  if (limit !== undefined && limit > 0) {
    if (node.operator === '%') return Math.ceil(limit);
    if (node.operator === '&') return limit + 1;
  }
  return together(node.children, context);
}

function together(nodes: readonly SyntaxNode[], context: SizeContext): number | undefined {
  let count = 1;
  for (const node of nodes) {
    const distinct = distinctValues(node, context);
    if (distinct === undefined) return undefined;
    count *= distinct;
  }
  return count;
}
