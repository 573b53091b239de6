import type { Slot, SyntaxNode } from './node.ts';

/** A node of the grammar whose children are gone through. */
export type Frame = {
  /** Itself, or the nearest around it that has a role. */
  owner: SyntaxNode;
  /** What its children are to their owner, where it has no role itself. */
  inherited: Slot;
  /** It is the owner itself. */
  direct: boolean;
  /** How many owners are around it. */
  level: number;
  /** How many finished nodes were waiting for their parents when it began. */
  from: number;
};

/** The nodes around a place, and what is finished of them: children are complete when their parent is left. */
// create → open, addLeaf, close …, until as many are closed as were opened.
export class Frames {
  depth = 0;
  /** Used again and again. */
  readonly #frames: Frame[] = [];
  /** In their order; what lies behind the last one that waits is old. */
  readonly #waiting: SyntaxNode[] = [];
  #waits = 0;

  get top(): Frame {
    return this.#frames[this.depth - 1]!;
  }

  /** Of the top, where that is an owner. */
  get childrenSoFar(): number {
    return this.#waits - this.top.from;
  }

  open(owner: SyntaxNode, inherited: Slot, direct: boolean, level: number): void {
    const from = this.#waits;
    const frame = this.#frames[this.depth];
    this.depth += 1;
    if (frame === undefined) this.#frames.push({ owner, inherited, direct, level, from });
    else {
      frame.owner = owner;
      frame.inherited = inherited;
      frame.direct = direct;
      frame.level = level;
      frame.from = from;
    }
  }

  addLeaf(node: SyntaxNode): void {
    this.#waiting[this.#waits] = node;
    this.#waits += 1;
  }

  close(): void {
    const { owner, direct, from } = this.top;
    this.depth -= 1;
    if (!direct) return;
    if (this.#waits > from) owner.children = this.#waiting.slice(from, this.#waits);
    this.#waiting[from] = owner;
    this.#waits = from + 1;
  }
}
