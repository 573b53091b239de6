import type { ComplexityClass, ExternalCall } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import type { MemoryModel } from '#analyze/features/sizes/memory-model.ts';
import type { Allocator } from '#analyze/features/sizes/allocator.ts';
import type { Role, Slot, SyntaxNode } from '#analyze/syntax/node.ts';

/** Which constructs add a path, per language, as that language's own established tool counts them. */
export type CyclomaticRules = {
  readonly counts: readonly Role[];
  /** Operators that short-circuit. */
  readonly logicalOperators: readonly string[];
  /** A closure's decisions belong to the function around it (radon) or to itself (ESLint). */
  readonly closuresCountInParent: boolean;
};

/** How the established tool of a language departs from the published cognitive complexity. */
export type CognitiveRules = {
  /** Nested functions add to the one around them, or stand for themselves. */
  readonly nestedFunctions: 'add' | 'own';
  /** Runs of these are not counted: `a || b` that gives a default. */
  readonly uncountedOperators: readonly string[];
};

/** Time that a library call takes in the size n of its receiver or argument. */
export type LibraryCost = Extract<
  ComplexityClass,
  'constant' | 'logn' | 'linear' | 'nlogn' | 'quadratic' | 'exponential'
>;

export type ExternalRule = {
  readonly kind: ExternalCall['kind'];
  /** Tested against the callee's dotted name with imports resolved. */
  readonly callee: RegExp;
  /** Where only some of its calls leave, by their first argument: `"https://…`. */
  readonly given?: RegExp;
};

export type Library = {
  /** By dotted name (`heapq.heapify`) or by method name with a leading dot (`.sort`). */
  readonly costs: Readonly<Record<string, LibraryCost>>;
  readonly externals: readonly ExternalRule[];
  readonly parallel: readonly { readonly name: string; readonly callee: RegExp }[];
  /** Blocking waits: sleeping, reading a terminal or a queue. */
  readonly waits: RegExp;
  /** Decorators, wrappers and containers that remember results. */
  readonly memo: RegExp;
  /** Callees whose result is input: its size is unknown before the run. */
  readonly input: RegExp;
  /** Calls that add one element to a container. */
  readonly grows: RegExp;
};

export type LanguageSpec = {
  readonly language: Language;
  readonly displayName: string;
  /** Module specifier of the grammar's WebAssembly file. */
  readonly grammar: (path: string | undefined) => string;
  readonly roles: Readonly<Record<string, Role>>;
  /** Grammar field → slot, where the shared table does not say it. */
  readonly slots?: Readonly<Record<string, Slot>>;
  /** Node type → the slots of its children in order, where the grammar has no fields for them. */
  readonly positions?: Readonly<Record<string, readonly Slot[]>>;
  readonly cyclomatic: CyclomaticRules;
  /** The published definition, where absent. */
  readonly cognitive?: CognitiveRules;
  readonly library: Library;
  /** A call that is a loop until it is left: Ruby's `loop do … end`. */
  readonly isEndless?: (node: SyntaxNode) => boolean;
  /** Closures that run once per element are what others write loops for. */
  readonly blocksLoop?: boolean;
  /** Calls must give as many arguments as there are parameters: overloads differ in their number. */
  readonly strictArity?: boolean;
  /** A bare name in a method may be a member of its object. */
  readonly implicitThis?: boolean;
  /** How values are laid out, for evaluated sizes. */
  readonly memory: MemoryModel;
  /** Evaluated sizes of what calls build, by dotted name. */
  readonly allocators?: Readonly<Record<string, Allocator>>;
  /** Where loops go over words: how many, undefined where that depends on input. */
  readonly wordsOf?: (loop: SyntaxNode) => number | undefined;
  /** What a command that runs another one runs: `curl` of `timeout 5 curl`. */
  readonly commandIn?: (call: SyntaxNode) => SyntaxNode | undefined;
  /** What the code goes on beside without waiting: `curl … &`. */
  readonly runsAlongside?: (node: SyntaxNode) => boolean;
  /** What a node that is no call adds an element to: `rows << row`, `$rows[] = $row`. */
  readonly appendsTo?: (node: SyntaxNode) => SyntaxNode | undefined;
  /** `[local name, qualified name]` pairs that an import node brings in. */
  readonly imports?: (node: SyntaxNode) => readonly (readonly [string, string])[];
  /** The same of an assignment that brings names in: `const fs = require('fs')`. */
  readonly required?: (assignment: SyntaxNode) => readonly (readonly [string, string])[];
};
