import { keptWithSource } from '#analyze/syntax/kept-with.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf } from './callee.ts';
import { below, joined, type Inner, type Part } from './part.ts';
import { partOfCall } from './part-calls.ts';
import type { Assignment, Unit } from './survey.ts';

/** Beyond these an expression is no path into a structure. */
const LONGEST_PATH = 400;
const DEEPEST = 8;
const MOST_VALUES = 8;

/** Where these lead is no part: neighbours are reached many ways, moves make something new. */
const NO_PARTS =
  /neighbou?r|^adj|^edges?$|^links?$|^friends?$|successor|moves?$|options?$|choices|candidates/i;
/** Tables of a tree's children by node: `children[u]`, `tree[u]`. */
const CHILDREN_BY_NODE = /^(children|childs?|kids|sons|tree)$/i;

/** Examples: `node.left`, `row[0]`, `c` of `for c in node.children`, `join(folder, entry.name)`. */
export function partOf(node: SyntaxNode | undefined, unit: Unit, steps = 0): Part | undefined {
  if (node === undefined || steps > DEEPEST || node.end - node.start > LONGEST_PATH)
    return undefined;
  const inner = (each: SyntaxNode | undefined) => partOf(each, unit, steps + 1);
  switch (node.role) {
    case 'name':
      return namedPart(node, unit, steps + 1);
    case 'member':
      return NO_PARTS.test(node.child('property')?.text ?? '')
        ? undefined
        : below(inner(node.child('object')), `.${node.child('property')?.text}`);
    case 'index':
      return indexed(node, inner);
    case 'call':
    case 'new':
      return partOfCall(node, inner);
    case 'cast':
      return inner(node.child('value') ?? node.children.at(-1));
    case 'await':
    case 'spread':
    case 'argument':
    case 'optional':
    case 'pair':
    case 'unary':
      return inner(node.child('value') ?? node.children.at(-1));
    case 'logical':
    case 'otherwise':
    case 'conditional':
      return oneOf(node, inner);
    case 'string':
    case 'binary':
      return joined(node.children, inner);
    default:
      return undefined;
  }
}

/** `given[key]`; a range of given, and a place that is computed, may be had more than once. */
function indexed(node: SyntaxNode, inner: Inner): Part | undefined {
  const [object, index] = [node.child('object') ?? node.children[0], node.children.at(-1)];
  if (object === undefined || index === undefined || object === index) return undefined;
  if (index.role === 'slice' || index.role === 'range' || index.role === 'binary') return undefined;
  const varies = index.role !== 'number' && index.role !== 'string';
  const name = object.role === 'member' ? object.child('property')?.text : object.text;
  const key = CHILDREN_BY_NODE.test(name ?? '') ? inner(index) : undefined;
  return below(key, `.${name}`) ?? below(inner(object), `[${index.text}]`, varies);
}

/** `given.children ?? []`, `given.left if … else given.right`: no way leads to anything but parts. */
function oneOf(node: SyntaxNode, inner: Inner): Part | undefined {
  // Python's `a if condition else b` has no names for its three.
  const isPlain = node.role === 'conditional' && node.child('condition') === undefined;
  const ways = isPlain ? node.children.filter((_, at) => at !== 1) : node.children;
  const values = ways.filter(
    ({ slot, role }) => slot !== 'condition' && slot !== 'operator' && role !== 'null',
  );
  const parts = values.filter(({ children, role }) => role === 'name' || children.length > 0);
  return allOf(parts.map(inner));
}

function allOf(parts: readonly (Part | undefined)[]): Part | undefined {
  const [first] = parts;
  if (first === undefined || parts.includes(undefined)) return undefined;
  return { ...first, isStrict: parts.every((part) => part!.isStrict) };
}

const namedParts = keptWithSource(() => new Map<Unit, Map<string, Part | undefined>>());

/** Names are made of names: each is looked into once. */
function namedPart(node: SyntaxNode, unit: Unit, steps: number): Part | undefined {
  const all = namedParts(unit.node);
  const known = all.get(unit) ?? new Map<string, Part | undefined>();
  all.set(unit, known);
  const variable = variableOf(node, unit);
  const key = `${node.text}:${variable?.start ?? ''}`;
  if (!known.has(key)) {
    known.set(key, undefined);
    known.set(
      key,
      variable === undefined
        ? partNamed(node.text, unit, steps)
        : elementOf(node.text, variable, (each) => partOf(each, unit, steps)),
    );
  }
  return known.get(key);
}

/** The loop variable that a name is: of the innermost loop around it, else of any. */
function variableOf({ text, start }: SyntaxNode, unit: Unit): SyntaxNode | undefined {
  const variables = unit.loops
    .map(({ node }) => node.child('variable'))
    .filter((each) => namesIn(each?.text).includes(text));
  const isAround = (loop: SyntaxNode) => loop.start <= start && start < loop.end;
  return (
    variables.findLast((each) => isAround(scopeOfLoop(each!.parent!))) ??
    (unit.parameters.includes(text) ? undefined : variables[0])
  );
}

/** A comprehension's element stands before its loops. */
function scopeOfLoop(loop: SyntaxNode): SyntaxNode {
  return loop.role === 'comprehensionFor' ? (loop.parent ?? loop) : loop;
}

function elementOf(name: string, variable: SyntaxNode, inner: Inner): Part | undefined {
  const step = namesIn(variable.text).length > 1 ? `[].${name}` : '[]';
  return below(inner(variable.parent!.child('iterable')), step, true);
}

function partNamed(name: string, unit: Unit, steps: number): Part | undefined {
  if (name === 'self' || name === 'this' || unit.parameters.includes(name))
    return { root: name, path: '', isStrict: false, varies: unit.assignments.has(name) };
  const assigned = assignmentsOf(name, unit).filter(({ value }) => value?.role !== 'null');
  if (assigned.length === 0) return ownField(name, unit);
  if (assigned.length > MOST_VALUES) return undefined;
  const filled = assigned.filter(({ value }) => !isEmptyList(value));
  const part = allOf([
    ...filled.map((each) => {
      const value = partOf(each.value, unit, steps);
      return isTakenApart(each) ? below(value, `[${name}]`) : value;
    }),
    ...(filled.length < assigned.length ? gathered(name, unit, steps) : []),
  ]);
  return part && { ...part, varies: part.varies || assigned.length > 1 };
}

function isEmptyList(value: SyntaxNode | undefined): boolean {
  return value?.role === 'list' && value.children.length === 0;
}

/** What a list that starts empty is given: `folders.append(entry.path)`. */
function gathered(name: string, unit: Unit, steps: number): (Part | undefined)[] {
  const adding = new RegExp(`^${name.replaceAll('$', '\\$')}\\.(append|add|push|push_back)$`);
  return unit.calls
    .filter((call) => adding.test(call.name))
    .slice(0, MOST_VALUES)
    .map((call) => below(partOf(argumentsOf(call.node)[0], unit, steps), '<gathered>'));
}

function assignmentsOf(name: string, unit: Unit): readonly Assignment[] {
  const own = unit.assignments.get(name);
  if (own !== undefined) return own;
  return [...unit.assignments]
    .filter(([target]) => target.startsWith('{') && namesIn(target).includes(name))
    .flatMap(([, assignments]) => assignments);
}

/** `[left, right] = node.children`, `{ left } = node` */
function isTakenApart({ target, value }: Assignment): boolean {
  if (target.role === 'dict') return true;
  return target.parent?.role === 'tuple' && value?.parent?.role !== 'tuple';
}

/** `left` in a method may be `this.left`. */
function ownField(name: string, unit: Unit): Part | undefined {
  if (!unit.hasImplicitThis || unit.className === undefined) return undefined;
  return { root: 'this', path: `.${name}`, isStrict: true, varies: false };
}

function namesIn(text: string | undefined): readonly string[] {
  return text?.match(/[A-Za-z_$][\w$]*/g) ?? [];
}
