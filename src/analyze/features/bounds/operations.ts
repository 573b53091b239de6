import type { Language } from '#model/execution.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import { isFixedSpan } from './call-values.ts';
import { copiedText } from './copied-text.ts';
import { CONSTANT, LINEAR, times, type Growth } from './growth.ts';
import { readsLine } from './line-of-input.ts';
import { typeOf } from './list-calls.ts';
import { scopeOf } from './scope.ts';
import type { Values } from './values.ts';

/** A list or a text times a number is that many of it. */
const REPEATING: ReadonlySet<Language> = new Set<Language>(['python', 'ruby']);
/** New arrays are zeroed. */
const CLEARED: ReadonlySet<Language> = new Set<Language>(['java', 'csharp']);
const SEQUENCE_TYPE = /^(typing\.)?(list|tuple|List|Tuple|Sequence)\b/;

/** Operators with a loop inside: membership in a sequence, copies by slicing, text that is added to. */
export function operationGrowth(
  node: SyntaxNode,
  unit: Unit,
  values: Values,
  survey: Survey,
): Growth {
  const { language } = survey.spec;
  if (node.role === 'binary' || node.role === 'array') return filled(node, unit, values, language);
  if (language !== 'python') return copiedText(node, unit, values, language);
  if (node.role === 'compare' && /\bin$/.test(node.operator))
    return membership(node.children.at(-1), unit, values);
  if (node.role === 'slice' && node.parent?.role === 'index') return sliced(node, unit, values);
  return CONSTANT;
}

/** `[0] * n`, `"-" * n` and `new int[n]` write as much as they make. */
function filled(node: SyntaxNode, unit: Unit, values: Values, language: Language): Growth {
  const sizes = CLEARED.has(language) ? node.all('size') : repeatedIn(node, language);
  return sizes
    .map((size) => values.of(size, unit))
    .map(({ growth, constant }) => (constant === undefined ? growth : CONSTANT))
    .reduce((a, b) => times(a, b), CONSTANT);
}

function repeatedIn({ operator, children }: SyntaxNode, language: Language): readonly SyntaxNode[] {
  if (!REPEATING.has(language) || operator !== '*') return [];
  const isSequence = ({ role }: SyntaxNode) => role === 'list' || role === 'string';
  return children.some(isSequence) ? children.filter((child) => !isSequence(child)) : [];
}

function membership(container: SyntaxNode | undefined, unit: Unit, values: Values): Growth {
  if (container?.role !== 'name') return CONSTANT;
  const name = container.text;
  const scope = scopeOf(name, unit);
  const assigned = scope?.assignments.get(name) ?? [];
  const isList =
    assigned.some(({ value }) => value !== undefined && isSequence(value)) ||
    SEQUENCE_TYPE.test(typeOf(name, unit) ?? '');
  return isList && values.of(container, unit).constant === undefined ? LINEAR : CONSTANT;
}

function isSequence(value: SyntaxNode): boolean {
  if (value.role === 'list') return true;
  if (value.role === 'comprehension') return value.type === 'list_comprehension';
  return value.role === 'call' && /^(list|sorted)\(|\.split\(|^input\(\)/.test(value.text);
}

/** `a[1:]` and `a[:]` copy what is left; `a[:3]`, `a[-3:]` and `a[i:i + 3]` a fixed number. */
function sliced(node: SyntaxNode, unit: Unit, values: Values): Growth {
  const object = node.parent?.child('object') ?? node.parent?.children[0];
  if (object !== undefined && readsLine(object)) return CONSTANT;
  const size = values.of(object, unit);
  if (size.constant !== undefined) return CONSTANT;
  const most = size.growth.poly < 1 && !size.growth.exponential ? size.growth : LINEAR;
  const [from = '', to = ''] = node.text.split(':').map((part) => part.trim());
  const constantOf = (text: string) => {
    const bound = node.children.find((child) => child.text === text);
    return bound === undefined ? undefined : values.of(bound, unit).constant;
  };
  if (to === '') return (constantOf(from) ?? 0) < 0 ? CONSTANT : most;
  if (isFixedSpan(from, to)) return CONSTANT;
  const start = from === '' ? 0 : constantOf(from);
  const end = constantOf(to);
  if (start === undefined || end === undefined) return most;
  return start < 0 === end < 0 ? CONSTANT : most;
}
