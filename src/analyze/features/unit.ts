import type { CalledName } from './by-name.ts';
import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';

export type Call = {
  /** Dotted name with imports resolved: `time.sleep`; a method of an unknown object: `rows.append`. */
  readonly name: string;
  readonly named: CalledName;
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
  /** Those that may add an element to a container. */
  readonly adding: Call[];
  readonly loops: Loop[];
  /** `[0] * n`, `'x' * n`: what a sequence times something may be. */
  readonly repetitions: SyntaxNode[];
  /** Its `return` statements. */
  readonly returned: SyntaxNode[];
  readonly assignments: ReadonlyMap<string, Assignment[]>;
  /** What is assigned to by a place in it: `table[key]`. */
  readonly stored: string[];
  /** Declared types, or the classes whose instances were assigned. */
  readonly types: ReadonlyMap<string, string>;
  /** How often each role occurs in the unit itself. */
  readonly counts: ReadonlyMap<Role, number>;
};

/** While it is gathered. */
export type OpenUnit = { -readonly [Key in keyof Unit]: Unit[Key] };

/** Most units have nothing of a kind: their own table is made with the first entry. */
export const NOTHING: ReadonlyMap<never, never> = new Map<never, never>();

export function entered<Key, Value>(
  table: ReadonlyMap<Key, Value>,
  key: Key,
  value: Value,
): ReadonlyMap<Key, Value> {
  const own = table === NOTHING ? new Map<Key, Value>() : (table as Map<Key, Value>);
  return own.set(key, value);
}
