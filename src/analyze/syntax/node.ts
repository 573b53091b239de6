/**
 * The vocabulary that every language is mapped to. A feature is written once, on these words; what
 * a grammar calls its nodes appears only in that language's folder.
 */
export const ROLES = [
  'program',
  'function',
  'closure',
  'class',
  'block',
  'parameter',
  'for',
  'each',
  'while',
  'dowhile',
  'forever',
  'if',
  'elseif',
  'else',
  'conditional',
  'otherwise',
  'switch',
  'case',
  'default',
  'guard',
  'try',
  'catch',
  'finally',
  'throw',
  'return',
  'break',
  'continue',
  'goto',
  'yield',
  'label',
  'logical',
  'binary',
  'compare',
  'unary',
  'not',
  'assign',
  'augment',
  'update',
  'optional',
  'call',
  'new',
  'member',
  'index',
  'slice',
  'argument',
  'spread',
  'await',
  'spawn',
  'defer',
  'name',
  'number',
  'string',
  'interpolation',
  'boolean',
  'null',
  'list',
  'tuple',
  'dict',
  'set',
  'pair',
  'array',
  'comprehension',
  'generator',
  'comprehensionFor',
  'comprehensionIf',
  'range',
  'cast',
  'import',
  'with',
  'assert',
  'declare',
  'decorator',
  'global',
  'field',
  'type',
  'macro',
  'skip',
] as const;
export type Role = (typeof ROLES)[number];

/** What a node is to its parent. */
export const SLOTS = [
  'none',
  'name',
  'body',
  'condition',
  'consequence',
  'alternative',
  'initializer',
  'update',
  'left',
  'right',
  'operator',
  'callee',
  'arguments',
  'object',
  'property',
  'index',
  'value',
  'variable',
  'iterable',
  'parameters',
  'key',
  'type',
  'result',
  'size',
  'module',
  'alias',
  'definition',
  'decorator',
  'label',
] as const;
export type Slot = (typeof SLOTS)[number];

export type Source = {
  readonly text: string;
  readonly lineStarts: Uint32Array | readonly number[];
};

/** One node in the shared vocabulary; grammar nodes without a role are left out, their children kept. */
export class SyntaxNode {
  role: Role;
  readonly slot: Slot;
  /** The grammar's own name, for the few decisions that a language makes itself. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly parent: SyntaxNode | undefined;
  readonly children: SyntaxNode[] = [];
  /** Operator or keyword tokens directly below, joined by a blank: `+`, `not in`, `async`. */
  operator = '';
  readonly source: Source;

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

  get text(): string {
    return this.source.text.slice(this.start, this.end);
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
