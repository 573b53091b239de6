import type { CognitiveRules } from '#analyze/languages/language-spec.ts';
import { isAtom } from '#analyze/syntax/atom.ts';
import type { Role, Slot, SyntaxNode } from '#analyze/syntax/node.ts';

const STRUCTURES: ReadonlySet<Role> = new Set([
  'conditional',
  'switch',
  'for',
  'each',
  'while',
  'dowhile',
  'forever',
  'catch',
]);
/** Parts of a statement's head: they stay at its own level of nesting. */
const HEAD: ReadonlySet<Slot> = new Set([
  'condition',
  'initializer',
  'update',
  'iterable',
  'variable',
  'parameters',
]);

/** The published definition: nested functions add to the function around them, one level deeper. */
export const PUBLISHED_RULES: CognitiveRules = { nestedFunctions: 'add', uncountedOperators: [] };

/** Points of a piece of code, and how many of them each level of nesting around it adds. */
type Tally = { points: number; perLevel: number };

/**
 * Cognitive complexity (G. Ann Campbell, Cognitive Complexity, SonarSource, version 1.7):
 * +1 for each break in the linear flow, +1 more for each level it is nested in, +1 for each run of
 * one boolean operator.
 */
// create → of(node) for any nodes; functions that lie in others are looked at once.
export class Cognitive {
  readonly #rules: CognitiveRules;
  readonly #functions = new Map<SyntaxNode, Tally>();

  constructor(rules: CognitiveRules = PUBLISHED_RULES) {
    this.#rules = rules;
  }

  of(node: SyntaxNode): number {
    return isFunction(node.role) ? this.#inside(node).points : this.#under(node).points;
  }

  #inside(node: SyntaxNode): Tally {
    const known = this.#functions.get(node);
    if (known !== undefined) return known;
    const tally = this.#under(node);
    this.#functions.set(node, tally);
    return tally;
  }

  #under({ children }: SyntaxNode): Tally {
    const tally = { points: 0, perLevel: 0 };
    for (const child of children) this.#add(child, 0, tally);
    return tally;
  }

  #add(node: SyntaxNode, nesting: number, tally: Tally): void {
    const { role } = node;
    if (role === 'if') return this.#addIf(node, nesting, tally);
    if (role === 'else') return this.#addElse(node, nesting, tally);
    if (isFunction(role)) return this.#addFunction(node, nesting, tally);
    const isStructure = STRUCTURES.has(role);
    if (isStructure) addNested(nesting, tally);
    else if (role === 'elseif') tally.points += 1;
    else if (role === 'logical' && node.parent?.role !== 'logical')
      tally.points += runsIn(node, this.#rules);
    else if (jumps(node)) {
      tally.points += 1;
      return;
    }
    this.#addBelow(node, nesting, nesting + Number(isStructure || role === 'elseif'), tally);
  }

  #addBelow(node: SyntaxNode, outer: number, inner: number, tally: Tally): void {
    const { children } = node;
    for (let at = 0; at < children.length; at += 1) {
      const child = children[at]!;
      if (isAtom(child)) continue;
      this.#add(child, outer < inner && isHead(node, child, at) ? outer : inner, tally);
    }
  }

  #addFunction(node: SyntaxNode, nesting: number, tally: Tally): void {
    if (this.#rules.nestedFunctions === 'own') return;
    const { points, perLevel } = this.#inside(node);
    tally.points += points + perLevel * (nesting + 1);
    tally.perLevel += perLevel;
  }

  /** `else if` is a step of its own, but no deeper. */
  #addIf(node: SyntaxNode, nesting: number, tally: Tally): void {
    if (isElseIf(node)) tally.points += 1;
    else addNested(nesting, tally);
    for (const child of node.children) {
      const { role, slot } = child;
      const isAlternative = slot === 'alternative';
      const continues =
        role === 'else' || role === 'elseif' || (role === 'if' && isAlternative) || HEAD.has(slot);
      if (isAlternative && !continues) tally.points += 1;
      this.#add(child, continues ? nesting : nesting + 1, tally);
    }
  }

  /** `else if` is one step, not two; the `else` of a loop or a try is none. */
  #addElse(node: SyntaxNode, nesting: number, tally: Tally): void {
    const [only] = node.children;
    if (node.children.length === 1 && only!.role === 'if') return this.#add(only!, nesting, tally);
    if (node.parent?.role === 'if' || node.parent?.role === 'elseif') tally.points += 1;
    this.#addBelow(node, nesting + 1, nesting + 1, tally);
  }
}

function isFunction(role: Role): boolean {
  return role === 'function' || role === 'closure';
}

function addNested(nesting: number, tally: Tally): void {
  tally.points += 1 + nesting;
  tally.perLevel += 1;
}

/** Python writes a conditional's condition in the middle: `a if c else b`. */
function isHead(node: SyntaxNode, child: SyntaxNode, at: number): boolean {
  if (HEAD.has(child.slot)) return true;
  return node.role === 'conditional' && at === 1 && child.slot === 'none';
}

function isElseIf(node: SyntaxNode): boolean {
  return (
    node.parent?.role === 'else' || (node.parent?.role === 'if' && node.slot === 'alternative')
  );
}

/** `a && b && c` is one run; `a && b || c && d` are three. */
function runsIn(node: SyntaxNode, { uncountedOperators }: CognitiveRules): number {
  let runs = 0;
  let previous = '';
  for (const operator of operatorsIn(node, [])) {
    if (operator !== previous && !uncountedOperators.includes(operator)) runs += 1;
    previous = operator;
  }
  return runs;
}

function operatorsIn(node: SyntaxNode | undefined, found: string[]): readonly string[] {
  if (node?.role !== 'logical') return found;
  operatorsIn(node.children[0], found);
  found.push(node.operator);
  return operatorsIn(node.children[1], found);
}

/** To a label. */
function jumps({ role, text }: SyntaxNode): boolean {
  return role === 'goto' || ((role === 'break' || role === 'continue') && /\s\w+/.test(text));
}
