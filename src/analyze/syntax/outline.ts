import type { Tree, TreeCursor } from 'web-tree-sitter';
import type { Deadline } from '#analyze/deadline.ts';
import { lookup } from '#analyze/features/lookup.ts';
import type { LoadedGrammar } from './grammar.ts';
import { SyntaxNode, type Role, type Slot, type Source } from './node.ts';
import { refineRole } from './operators.ts';

/** Deeper nesting than people write; below it the outline stops, so that no walk overflows. */
const MAX_DEPTH = 400;
const ERROR_TYPE = 65_535;
const LEAVES: ReadonlySet<Role> = new Set([
  'name',
  'number',
  'boolean',
  'null',
  'break',
  'continue',
]);
/** Deep inside C's declarators, these still belong to the function or the array. */
const INNER: ReadonlySet<Slot> = new Set(['parameters', 'size']);
const PUNCTUATION = /^[()[\]{},;:."'`]$/;

export type Outline = {
  readonly root: SyntaxNode;
  /** Offset of the first place that does not parse. */
  readonly firstErrorAt: number | undefined;
  /** Characters that belong to no parsed construct. */
  readonly uncoveredCharacters: number;
};

type Frame = { owner: SyntaxNode; inherited: Slot; direct: boolean; depth: number };

/** One walk of the cursor; only nodes that have a role are kept. */
export function outline(given: {
  tree: Tree;
  grammar: LoadedGrammar;
  source: Source;
  deadline: Deadline;
}): Outline {
  const walk = new OutlineWalk(given.tree, given.grammar, given.source);
  walk.run(given.deadline);
  return walk;
}

// create → run; the cursor is freed at the end of run.
class OutlineWalk implements Outline {
  readonly root: SyntaxNode;
  firstErrorAt: number | undefined;
  uncoveredCharacters = 0;
  readonly #cursor: TreeCursor;
  readonly #grammar: LoadedGrammar;
  readonly #source: Source;
  readonly #hasError: boolean;
  readonly #frames: Frame[] = [];

  constructor(tree: Tree, grammar: LoadedGrammar, source: Source) {
    this.#grammar = grammar;
    this.#source = source;
    this.#cursor = tree.walk();
    this.#hasError = tree.rootNode.hasError;
    const end = source.text.length;
    this.root = this.#node('program', 'none', {
      type: 'program',
      start: 0,
      end,
      parent: undefined,
    });
    if (this.#hasError && this.#cursor.nodeTypeId === ERROR_TYPE) this.#noteError(0, 0);
  }

  run(deadline: Deadline): void {
    const cursor = this.#cursor;
    let frame: Frame = { owner: this.root, inherited: 'none', direct: true, depth: 0 };
    try {
      if (!cursor.gotoFirstChild()) return;
      for (;;) {
        const below = this.#visit(frame);
        if (below !== undefined && cursor.gotoFirstChild()) {
          this.#frames.push(frame);
          frame = below;
          if (deadline.passed()) {
            this.uncoveredCharacters += this.#source.text.length - cursor.startIndex;
            return;
          }
          continue;
        }
        while (!cursor.gotoNextSibling()) {
          const up = this.#frames.pop();
          if (up === undefined || !cursor.gotoParent()) return;
          frame = up;
        }
      }
    } finally {
      cursor.delete();
    }
  }

  /** The frame for this node's children, or undefined when they do not matter. */
  #visit(frame: Frame): Frame | undefined {
    const cursor = this.#cursor;
    const { roleOfType, namedTypes, nameOfType } = this.#grammar;
    const id = cursor.nodeTypeId;
    if (this.#hasError) this.#checkError(id);
    if (namedTypes[id] === 0) {
      if (frame.direct) this.#addOperator(frame.owner, nameOfType[id]!);
      return undefined;
    }
    const role = roleOfType[id];
    if (role === 'skip') return undefined;
    const own = this.#slotIn(frame);
    const slot = frame.inherited === 'none' || INNER.has(own) ? own : frame.inherited;
    if (role === undefined) return { ...frame, inherited: slot, direct: false };
    if (frame.depth >= MAX_DEPTH) {
      this.#noteError(cursor.startIndex, cursor.endIndex - cursor.startIndex);
      return undefined;
    }
    const position = {
      type: nameOfType[id]!,
      start: cursor.startIndex,
      end: cursor.endIndex,
      parent: frame.owner,
    };
    const node = this.#node(role, slot, position);
    frame.owner.children.push(node);
    if (LEAVES.has(role)) return undefined;
    return { owner: node, inherited: 'none', direct: true, depth: frame.depth + 1 };
  }

  #slotIn({ owner, direct }: Frame): Slot {
    const { slotOfField, spec } = this.#grammar;
    const named = slotOfField(owner.role, this.#cursor.currentFieldId);
    if (named !== 'none' || spec.positions === undefined || !direct) return named;
    return lookup(spec.positions, owner.type)?.[owner.children.length] ?? 'none';
  }

  #node(
    role: Role,
    slot: Slot,
    position: Pick<SyntaxNode, 'type' | 'start' | 'end' | 'parent'>,
  ): SyntaxNode {
    return new SyntaxNode({ role, slot, ...position, source: this.#source });
  }

  #addOperator(owner: SyntaxNode, token: string): void {
    if (PUNCTUATION.test(token)) return;
    owner.operator = owner.operator === '' ? token : `${owner.operator} ${token}`;
    refineRole(owner, this.#grammar.spec);
  }

  #checkError(id: number): void {
    const cursor = this.#cursor;
    if (id !== ERROR_TYPE && !cursor.nodeIsMissing) return;
    const length = cursor.endIndex - cursor.startIndex;
    this.#noteError(cursor.startIndex, id === ERROR_TYPE ? length - parsedBelow(cursor) : 0);
  }

  #noteError(at: number, characters: number): void {
    this.firstErrorAt = Math.min(this.firstErrorAt ?? at, at);
    this.uncoveredCharacters += characters;
  }
}

/** Inside an error, constructs that the parser recognised still count as covered. */
function parsedBelow(cursor: TreeCursor): number {
  let characters = 0;
  if (!cursor.gotoFirstChild()) return 0;
  do {
    if (cursor.nodeIsNamed && cursor.nodeTypeId !== ERROR_TYPE)
      characters += cursor.endIndex - cursor.startIndex;
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return characters;
}
