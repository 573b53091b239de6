import type { Tree } from 'web-tree-sitter';
import type { Deadline } from '#analyze/deadline.ts';
import { lookup } from '#analyze/features/lookup.ts';
import { Frames, type Frame } from './frames.ts';
import type { LoadedGrammar } from './grammar.ts';
import { SyntaxNode, type Role, type Slot, type Source } from './node.ts';
import { refineRole } from './operators.ts';
import { TreeMemoryCursor } from './tree-cursor.ts';

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

export type Outline = {
  readonly root: SyntaxNode;
  /** Offset of the first place that does not parse. */
  readonly firstErrorAt: number | undefined;
  /** Characters that belong to no parsed construct. */
  readonly uncoveredCharacters: number;
};

/** One walk over the parser's tree where it stands; only nodes that have a role are kept. */
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

// create → run, once.
class OutlineWalk implements Outline {
  readonly root: SyntaxNode;
  firstErrorAt: number | undefined;
  uncoveredCharacters = 0;
  readonly #cursor: TreeMemoryCursor;
  readonly #grammar: LoadedGrammar;
  readonly #source: Source;
  readonly #hasError: boolean;
  readonly #frames = new Frames();

  constructor(tree: Tree, grammar: LoadedGrammar, source: Source) {
    this.#grammar = grammar;
    this.#source = source;
    this.#cursor = new TreeMemoryCursor(tree, grammar.memory, grammar.tables);
    this.#hasError = tree.rootNode.hasError;
    this.root = new SyntaxNode({
      role: 'program',
      slot: 'none',
      type: 'program',
      start: 0,
      end: source.text.length,
      parent: undefined,
      source,
    });
    if (this.#hasError && this.#cursor.typeId === ERROR_TYPE) this.#noteError(0, 0);
  }

  run(deadline: Deadline): void {
    this.#frames.open(this.root, 'none', true, 0);
    this.#walk(deadline);
    while (this.#frames.depth > 0) this.#frames.close();
  }

  #walk(deadline: Deadline): void {
    const cursor = this.#cursor;
    if (!cursor.gotoFirstChild()) return;
    for (;;) {
      if (this.#visit()) {
        if (cursor.gotoFirstChild()) {
          if (!deadline.passed()) continue;
          this.uncoveredCharacters += this.#source.text.length - cursor.startIndex;
          return;
        }
        this.#frames.close();
      }
      while (!cursor.gotoNextSibling()) {
        if (this.#frames.depth === 1) return;
        cursor.gotoParent();
        this.#frames.close();
      }
    }
  }

  /** Whether this node's children matter: a frame is open for them then. */
  #visit(): boolean {
    const cursor = this.#cursor;
    const { roleOfType, namedTypes, operatorOfType } = this.#grammar;
    const frame = this.#frames.top;
    const id = cursor.typeId;
    if (this.#hasError) this.#checkError(id);
    if (namedTypes[id] === 0) {
      if (frame.direct) this.#addOperator(frame.owner, operatorOfType[id]!);
      return false;
    }
    const role = roleOfType[id];
    if (role === 'skip') return false;
    const own = this.#slotIn(frame);
    const slot = frame.inherited === 'none' || INNER.has(own) ? own : frame.inherited;
    if (role !== undefined) return this.#keep(role, slot, frame);
    this.#frames.open(frame.owner, slot, false, frame.level);
    return true;
  }

  #keep(role: Role, slot: Slot, { owner, level }: Frame): boolean {
    const cursor = this.#cursor;
    const { startIndex: start, endIndex: end } = cursor;
    if (level >= MAX_DEPTH) {
      this.#noteError(start, end - start);
      return false;
    }
    const type = this.#grammar.nameOfType[cursor.typeId]!;
    const node = new SyntaxNode({
      role,
      slot,
      type,
      start,
      end,
      parent: owner,
      source: this.#source,
    });
    if (LEAVES.has(role)) {
      this.#frames.addLeaf(node);
      return false;
    }
    this.#frames.open(node, 'none', true, level + 1);
    return true;
  }

  #slotIn({ owner, direct }: Frame): Slot {
    const { slotOfField, spec } = this.#grammar;
    const { fieldId } = this.#cursor;
    const named = fieldId === 0 ? 'none' : slotOfField(owner.role, fieldId);
    if (named !== 'none' || spec.positions === undefined || !direct) return named;
    return lookup(spec.positions, owner.type)?.[this.#frames.childrenSoFar] ?? 'none';
  }

  #addOperator(owner: SyntaxNode, token: string): void {
    if (token === '') return;
    owner.operator = owner.operator === '' ? token : `${owner.operator} ${token}`;
    refineRole(owner, this.#grammar.spec);
  }

  #checkError(id: number): void {
    const cursor = this.#cursor;
    if (id !== ERROR_TYPE && !cursor.isMissing) return;
    const { startIndex, endIndex } = cursor;
    const parsed = id === ERROR_TYPE ? this.#parsedBelow() : endIndex - startIndex;
    this.#noteError(startIndex, endIndex - startIndex - parsed);
  }

  /** Inside an error, constructs that the parser recognised still count as covered. */
  #parsedBelow(): number {
    const cursor = this.#cursor;
    const { namedTypes } = this.#grammar;
    let characters = 0;
    if (!cursor.gotoFirstChild()) return 0;
    do {
      if (namedTypes[cursor.typeId] === 1) characters += cursor.endIndex - cursor.startIndex;
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
    return characters;
  }

  #noteError(at: number, characters: number): void {
    this.firstErrorAt = Math.min(this.firstErrorAt ?? at, at);
    this.uncoveredCharacters += characters;
  }
}
