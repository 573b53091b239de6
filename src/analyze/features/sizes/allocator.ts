import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { MemoryModel } from './memory-model.ts';

/** An evaluated structure; `bytes` is all that it keeps alive. */
export type Size = { readonly kind: string; readonly count: number; readonly bytes: number };

/** Asked by a language's allocators: evaluates arguments to numbers or nested sizes. */
export type SizeQuestion = {
  readonly node: SyntaxNode;
  readonly arguments: readonly SyntaxNode[];
  readonly memory: MemoryModel;
  readonly number: (node: SyntaxNode | undefined) => number | undefined;
  readonly size: (node: SyntaxNode | undefined) => Size | undefined;
  /** Bytes of one element that such an expression gives. */
  readonly element: (node: SyntaxNode | undefined) => number;
};

export type Allocator = (question: SizeQuestion) => Size | undefined;
