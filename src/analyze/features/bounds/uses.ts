import { keptWithSource } from '#analyze/syntax/kept-with.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';

/** A place where a name is written, and the unit that it is written in. */
export type Use = { readonly node: SyntaxNode; readonly unit: Unit };

/** `self.rows` is a name, a chain of calls is none. */
const LONGEST_MEMBER = 80;

const known = keptWithSource((): { uses?: Uses } => ({}));

/** Of one file, gathered once. */
export function usesIn(survey: Survey): Uses {
  return (known(survey.root).uses ??= new Uses(survey));
}

/** Where each name and each member of an object occurs in a file, the last one first. */
// create → of(name) …; few of all names are asked for.
class Uses {
  readonly #survey: Survey;
  readonly #known = new Map<string, readonly Use[]>();
  #nodes: ReadonlyMap<string, readonly SyntaxNode[]> | undefined;

  constructor(survey: Survey) {
    this.#survey = survey;
  }

  of(name: string): readonly Use[] {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#nodes ??= gathered(this.#survey.root);
    const nodes = this.#nodes.get(name) ?? [];
    const uses = nodes.map((node) => ({ node, unit: unitAround(node, this.#survey) }));
    this.#known.set(name, uses);
    return uses;
  }
}

function gathered(root: SyntaxNode): ReadonlyMap<string, readonly SyntaxNode[]> {
  const nodes = new Map<string, SyntaxNode[]>();
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (isNamed(node)) {
      const others = nodes.get(node.text);
      if (others === undefined) nodes.set(node.text, [node]);
      else others.push(node);
    }
    for (const child of node.children) stack.push(child);
  }
  return nodes;
}

/** What a parameter is worth without an argument is looked up outside its function. */
function unitAround(node: SyntaxNode, { unitOf, topLevel }: Survey): Unit {
  let outwards = 0;
  let child = node;
  for (let around = child.parent; around !== undefined; child = around, around = child.parent) {
    if (around.role === 'parameter' && child.slot === 'value') {
      outwards += 1;
      continue;
    }
    const isFunction = child.role === 'function' || child.role === 'closure';
    const unit = isFunction ? unitOf.get(child) : undefined;
    if (unit !== undefined) return outside(unit, outwards);
  }
  return topLevel;
}

function outside(unit: Unit, levels: number): Unit {
  let around = unit;
  for (let level = 0; level < levels; level += 1) around = around.parent ?? around;
  return around;
}

function isNamed({ role, start, end }: SyntaxNode): boolean {
  return role === 'name' || (role === 'member' && end - start <= LONGEST_MEMBER);
}
