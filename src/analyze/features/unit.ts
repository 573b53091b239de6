import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';

export type Call = {
  /** Dotted name with imports resolved: `time.sleep`; a method of an unknown object: `rows.append`. */
  readonly name: string;
  readonly node: SyntaxNode;
  readonly unit: Unit;
  /** Loops of the same unit around it. */
  readonly loopDepth: number;
};

export type Loop = { readonly node: SyntaxNode; readonly unit: Unit; readonly depth: number };

export type Assignment = {
  readonly target: SyntaxNode;
  readonly value: SyntaxNode | undefined;
  readonly node: SyntaxNode;
};

/** A function, a closure that counts for itself, or the top level of the file. */
export type Unit = {
  /** Unique in its survey. */
  readonly id: number;
  readonly name: string;
  readonly node: SyntaxNode;
  readonly parent: Unit | undefined;
  readonly className: string | undefined;
  readonly parameters: readonly string[];
  /** Takes any number of arguments. */
  readonly hasOpenParameters: boolean;
  /** The language insists on the number of arguments. */
  readonly isStrict: boolean;
  /** A method's name alone calls a method of the same object: Java, not Python. */
  readonly hasImplicitThis: boolean;
  readonly calls: Call[];
  readonly loops: Loop[];
  /** `[0] * n`, `'x' * n`: what a sequence times something may be. */
  readonly repetitions: SyntaxNode[];
  /** Its `return` statements. */
  readonly returned: SyntaxNode[];
  readonly assignments: Map<string, Assignment[]>;
  /** Declared types, or the classes whose instances were assigned. */
  readonly types: Map<string, string>;
  /** How often each role occurs in the unit itself. */
  readonly counts: Map<Role, number>;
};
