import { calleeName, lastPart } from '#analyze/features/callee.ts';
import { isLoop } from '#analyze/features/loop-parts.ts';
import type { Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { ValueKind } from './memory-model.ts';
import type { SizeContext } from './size-context.ts';

const LARGEST_SHARED = 256;
const TYPICAL_TEXT = 8;
/** CPython makes no constant of a longer one (MAX_STR_SIZE in Python/ast_opt.c). */
const LONGEST_FOLDED = 4096;
const MAX_STEPS = 24;

/** Bytes that each evaluation of an expression adds, beyond the slot that refers to its value. */
export function valueBytes(node: SyntaxNode | undefined, context: SizeContext): number {
  if (node === undefined || context.steps > MAX_STEPS) return 0;
  const { memory } = context.survey.spec;
  switch (node.role) {
    case 'number':
    case 'boolean':
    case 'null':
      // Constants are made once, however often they are referred to.
      return memory.value('small', 0);
    case 'string':
      return node.children.some(({ role }) => role === 'interpolation')
        ? memory.value('string', node.end - node.start + TYPICAL_TEXT / 2)
        : 0;
    case 'pair':
      return pairBytes(node, below(context));
    case 'name':
      return isLoopVariable(node) ? memory.value('integer', 0) : 0;
    case 'list':
    case 'tuple':
    case 'dict':
    case 'set':
    case 'comprehension':
    case 'array':
      return (
        context.sizeOf(node, below(context))?.bytes ?? memory.value('object', node.children.length)
      );
    case 'binary':
      if (isFolded(node, below(context))) return 0;
      return (
        context.sizeOf(node, below(context))?.bytes ??
        memory.value(arithmeticKind(node, context.unit, context), 0)
      );
    case 'call':
    case 'new':
      return callBytes(node, below(context));
    default:
      return memory.value('integer', 0);
  }
}

function below(context: SizeContext): SizeContext {
  return { ...context, steps: context.steps + 1 };
}

/** `'r' * 100` is made once, when the code is compiled. */
function isFolded(node: SyntaxNode, context: SizeContext): boolean {
  if (!isConstant(node)) return false;
  const bytes = context.sizeOf(node, context)?.bytes ?? 0;
  return bytes <= context.survey.spec.memory.value('string', LONGEST_FOLDED);
}

function isConstant({ role, children }: SyntaxNode): boolean {
  if (role === 'string') return !children.some((part) => part.role === 'interpolation');
  return role === 'number' || (role === 'binary' && children.every(isConstant));
}

/** `{i: i}` keeps one value under two slots. */
function pairBytes(node: SyntaxNode, context: SizeContext): number {
  const key = node.child('key');
  const value = node.child('value');
  const keyBytes = valueBytes(key, context);
  return key?.text === value?.text ? keyBytes : keyBytes + valueBytes(value, context);
}

function isLoopVariable(node: SyntaxNode): boolean {
  for (
    let around = node.parent;
    around !== undefined && around.role !== 'function';
    around = around.parent
  ) {
    if (
      isLoop(around) &&
      mentions(around.child('variable') ?? around.child('initializer'), node.text)
    )
      return true;
    if (around.role !== 'comprehension' && around.role !== 'generator') continue;
    for (const clause of around.children)
      if (clause.role === 'comprehensionFor' && mentions(clause.child('variable'), node.text))
        return true;
  }
  return false;
}

function mentions(node: SyntaxNode | undefined, name: string): boolean {
  return (
    node !== undefined && new RegExp(`\\b${name.replaceAll(/\W/g, '\\$&')}\\b`).test(node.text)
  );
}

function arithmeticKind(node: SyntaxNode, unit: Unit, { values }: SizeContext): ValueKind {
  if (/(^|[^\w])\d+\.\d|(^|[^/])\/([^/]|$)|float\(|random/.test(node.text)) return 'double';
  const right = values.of(node.children[1], unit).constant;
  return node.operator === '%' && right !== undefined && right <= LARGEST_SHARED
    ? 'small'
    : 'integer';
}

function callBytes(node: SyntaxNode, context: SizeContext): number {
  const { memory } = context.survey.spec;
  const known = context.sizeOf(node, context);
  if (known !== undefined) return known.bytes;
  const name = lastPart(calleeName(node, context.survey.imports));
  if (/^(str|repr|format|hex|bin|toString|valueOf|String|chr|toFixed)$/.test(name))
    return memory.value('string', TYPICAL_TEXT);
  if (/^(float|random|sqrt|uniform|nextDouble)$/.test(name)) return memory.value('double', 0);
  if (/^(int|len|abs|randint|ord|nextInt|hash|randrange|parseInt|Number)$/.test(name))
    return memory.value('integer', 0);
  return memory.value('object', node.children.length);
}
