import type { Role, Slot } from './roles.ts';

export { SLOTS, type Role, type Slot } from './roles.ts';

export type Source = {
  readonly text: string;
  readonly lineStarts: Uint32Array | readonly number[];
  /** What `keptWithSource` keeps. */
  readonly kept: unknown[];
};

/** One array for all leaves: most nodes are leaves. */
const NO_CHILDREN: readonly SyntaxNode[] = [];

/** One node in the shared vocabulary; grammar nodes without a role are left out, their children kept. */
export class SyntaxNode {
  role: Role;
  readonly slot: Slot;
  /** The grammar's own name, for the few decisions that a language makes itself. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly parent: SyntaxNode | undefined;
  children: readonly SyntaxNode[] = NO_CHILDREN;
  /** Operator or keyword tokens directly below, joined by a blank: `+`, `not in`, `async`. */
  operator = '';
  readonly source: Source;
  #text: string | undefined = undefined;

  constructor(init: {
    role: Role;
    slot: Slot;
    type: string;
    start: number;
    end: number;
    parent: SyntaxNode | undefined;
    source: Source;
  }) {
    this.role = init.role;
    this.slot = init.slot;
    this.type = init.type;
    this.start = init.start;
    this.end = init.end;
    this.parent = init.parent;
    this.source = init.source;
  }

  /** Features ask for the same text again and again. */
  get text(): string {
    return (this.#text ??= this.source.text.slice(this.start, this.end));
  }

  /** 1-based. */
  get line(): number {
    return lineAt(this.source, this.start);
  }

  get endLine(): number {
    return lineAt(this.source, Math.max(this.start, this.end - 1));
  }

  child(slot: Slot): SyntaxNode | undefined {
    for (const child of this.children) if (child.slot === slot) return child;
    return undefined;
  }

  all(slot: Slot): SyntaxNode[] {
    return this.children.filter((child) => child.slot === slot);
  }
}

/** Start offsets of the lines of a text. */
export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export function lineAt({ lineStarts }: Source, offset: number): number {
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

export function columnAt(source: Source, offset: number): number {
  return offset - source.lineStarts[lineAt(source, offset) - 1]! + 1;
}
