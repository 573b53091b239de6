import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** Of an assignment, with modifiers, decorators and types. */
const MOST_PARTS = 16;

/** Its own name, or what it is assigned to: `const f = () => …` is f, `{ f: … }` is f. */
export function functionName(node: SyntaxNode): string {
  const own = node.child('name') ?? declaredName(node);
  if (own !== undefined) return own.text;
  const parent = assigning(node);
  const given =
    parent?.child('left') ??
    parent?.child('key') ??
    (parent?.role === 'field' ? (parent.child('property') ?? parent.child('name')) : undefined);
  if (given !== undefined && given !== node) return given.text;
  return `(anonymous, line ${node.line})`;
}

/** What remembers stands between a function and its name: `const f = memoize((n) => …)`. */
export function rememberedBy(node: SyntaxNode): string | undefined {
  const call = node.slot === 'arguments' ? node.parent : undefined;
  const name =
    call?.role === 'call' ? call.child('callee')?.text.slice(0, LONGEST_HEAD) : undefined;
  return name !== undefined && REMEMBERS.test(name) ? name : undefined;
}

const REMEMBERS = /memo|cache/i;

function assigning(node: SyntaxNode): SyntaxNode | undefined {
  const parent = rememberedBy(node) === undefined ? node.parent : node.parent?.parent;
  return isAssigning(parent) ? parent : undefined;
}

/** A block or a list has children without number, and none of them names another. */
function isAssigning(parent: SyntaxNode | undefined): boolean {
  return parent !== undefined && parent.children.length <= MOST_PARTS;
}

/** TypeScript's grammar has a type for a name there, and types are left out. */
export function className(node: SyntaxNode): string | undefined {
  const named = /^[^{]*?\bclass\s+([\w$]+)/.exec(node.text.slice(0, LONGEST_HEAD));
  return node.child('name')?.text ?? named?.[1];
}

/** What a class is made from, as its head names it: `class Api extends Base`, `class Api(Base, mixins.Log):`. */
export function baseNames(node: SyntaxNode): readonly string[] {
  const end = node.child('body')?.start ?? node.end;
  const head = node.source.text.slice(node.start, Math.min(end, node.start + LONGEST_HEAD));
  const [, after = ''] = /\bclass\s+[\w$]+([^{]*)/.exec(head) ?? [];
  return (after.match(/[\w$]+/g) ?? []).filter((name) => !HEAD_WORDS.has(name));
}

const HEAD_WORDS = new Set(['extends', 'implements', 'public', 'private', 'protected', 'virtual']);
const LONGEST_HEAD = 200;

/** `Solver` of Go's `func (s *Solver) solve()`. */
export function receiverClass(node: SyntaxNode): string | undefined {
  const type = node.role === 'function' ? node.child('object')?.child('type') : undefined;
  return type && classOfType(type.text);
}

/** `Solver` of `*Solver`, `&mut Solver` and `Solver[T]`. */
export function classOfType(type: string): string {
  return type.replace(/^(?:[*&\s]|mut\b|const\b)+/, '').replace(/[\s[<*&].*$/s, '');
}

/** C's declarators nest: `int *f(int n)`. */
function declaredName(node: SyntaxNode): SyntaxNode | undefined {
  const declarator = node.child('left');
  if (declarator?.role === 'name' || declarator?.role === 'member') return declarator;
  return declarator?.children.find((child) => child.role === 'name' || child.role === 'member');
}

export function parameterNames(node: SyntaxNode): string[] {
  return node
    .all('parameters')
    .flatMap(namesIn)
    .filter((name) => name !== 'self' && name !== 'this');
}

function namesIn(parameter: SyntaxNode): string[] {
  if (parameter.role === 'name') return [parameter.text];
  const name = parameter.child('name') ?? parameter.child('left');
  if (name !== undefined && name.role === 'name') return [name.text];
  return parameter.children
    .filter((child) => child.slot !== 'type' && child.slot !== 'value' && child.slot !== 'right')
    .flatMap(namesIn);
}

export function hasOpenParameters(node: SyntaxNode): boolean {
  return node
    .all('parameters')
    .some(({ role, type }) => role === 'spread' || /spread|variadic|splat|rest/.test(type));
}
