import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import { numberOf } from '#analyze/features/bounds/arithmetic.ts';

/** How expressions are built: operators, index depth, constants, sizes. */
export function lexicalEvidence(
  units: readonly Unit[],
  { topLevel }: Survey,
): Record<string, number> {
  const seen = { ...EMPTY };
  for (const unit of units) for (const child of unit.node.children) walk(child, seen);
  const branches = units.reduce(
    (total, unit) => total + (unit.counts.get('if') ?? 0) + (unit.counts.get('elseif') ?? 0),
    0,
  );
  return {
    ...seen,
    branches,
    branchesPerUnit: branches / units.length,
    units: units.length,
    size: Math.log10(
      1 +
        units.reduce(
          (total, unit) => total + (unit === topLevel ? 0 : unit.node.end - unit.node.start),
          0,
        ) +
        (units.length === 1 ? topLevel.node.end : 0),
    ),
  };
}

type Seen = { -readonly [Key in keyof typeof EMPTY]: number };

const EMPTY = {
  shifts: 0,
  shiftsOfOne: 0,
  bitwise: 0,
  modulos: 0,
  halvings: 0,
  products: 0,
  powersOperators: 0,
  compares: 0,
  equalities: 0,
  deepestIndex: 0,
  indexes: 0,
  indexStores: 0,
  indexSelfStores: 0,
  deepestArray: 0,
  lists: 0,
  comprehensions: 0,
  modulusConstant: 0,
  largeConstants: 0,
  powerOfTwoConstants: 0,
  largestConstant: 0,
  numbers: 0,
  stringsLiterals: 0,
  names: 0,
  assigns: 0,
  augments: 0,
  breaks: 0,
  returns: 0,
};

function walk(node: SyntaxNode, seen: Seen): void {
  if (node.role === 'function') return;
  note(node, seen);
  for (const child of node.children) walk(child, seen);
}

function note(node: SyntaxNode, seen: Seen): void {
  switch (node.role) {
    case 'binary':
      return noteOperator(node, node.operator, seen);
    case 'augment':
      seen.augments += 1;
      return noteOperator(node, node.operator.slice(0, -1), seen);
    case 'compare':
      seen.compares += 1;
      seen.equalities += Number(/==|!=/.test(node.operator));
      return;
    case 'index':
      return noteIndex(node, seen);
    case 'array':
      seen.deepestArray = Math.max(seen.deepestArray, node.all('size').length);
      return;
    case 'number':
      return noteNumber(numberOf(node.text), seen);
    case 'assign':
      seen.assigns += 1;
      return noteStore(node, seen);
    case 'comprehension':
    case 'generator':
      seen.comprehensions += 1;
      seen.deepestArray = Math.max(seen.deepestArray, nestingOf(node));
      return;
    case 'list':
      seen.lists += 1;
      return;
    case 'string':
      seen.stringsLiterals += 1;
      return;
    case 'name':
      seen.names += 1;
      return;
    case 'break':
      seen.breaks += 1;
      return;
    case 'return':
      seen.returns += 1;
      return;
    default:
  }
}

function noteOperator(node: SyntaxNode, operator: string, seen: Seen): void {
  const right = node.child('right')?.text ?? '';
  if (operator === '<<' || operator === '>>') seen.shifts += 1;
  if (operator === '<<' && /^\(?1[lL]?\)?$/.test(node.child('left')?.text ?? ''))
    seen.shiftsOfOne += 1;
  if (operator === '&' || operator === '|' || operator === '^') seen.bitwise += 1;
  if (operator === '%') seen.modulos += 1;
  if (operator === '*') seen.products += 1;
  if (operator === '**') seen.powersOperators += 1;
  if (/^(\/|\/\/)$/.test(operator) && right === '2') seen.halvings += 1;
}

function noteIndex(node: SyntaxNode, seen: Seen): void {
  seen.indexes += 1;
  let depth = 1;
  for (let object = node.child('object'); object?.role === 'index'; object = object.child('object'))
    depth += 1;
  seen.deepestIndex = Math.max(seen.deepestIndex, depth);
}

/** `dp[i] = … dp[i - 1] …` is dynamic programming. */
function noteStore(node: SyntaxNode, seen: Seen): void {
  const target = node.child('left');
  if (target?.role !== 'index') return;
  seen.indexStores += 1;
  const base = target.text.replace(/\[.*$/s, '');
  if (base !== '' && (node.child('right')?.text ?? '').includes(`${base}[`))
    seen.indexSelfStores += 1;
}

function noteNumber(value: number, seen: Seen): void {
  seen.numbers += 1;
  if (value === 1e9 + 7 || value === 998_244_353) seen.modulusConstant = 1;
  if (value >= 1000) seen.largeConstants += 1;
  if (value >= 16 && value <= 64) seen.powerOfTwoConstants += 1;
  seen.largestConstant = Math.max(
    seen.largestConstant,
    Math.min(20, Math.log10(1 + Math.abs(value))),
  );
}

function nestingOf(node: SyntaxNode): number {
  let deepest = 0;
  for (const child of node.children) deepest = Math.max(deepest, nestingOf(child));
  return deepest + Number(node.role === 'comprehension' || node.role === 'list');
}
