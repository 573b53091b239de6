import type { Source, SyntaxNode } from './node.ts';

let places = 0;

/**
 * One store per source for something that features work out once, kept with the source and gone with
 * it. In a `WeakMap` outside, values that lead back to the tree would hold it, and all that the next
 * files make, until the whole heap is cleared: short collections take its values for living.
 */
export function keptWithSource<Kept>(begin: () => Kept): (node: SyntaxNode) => Kept {
  const place = places;
  places += 1;
  return ({ source: { kept } }: { readonly source: Source }) => (kept[place] ??= begin()) as Kept;
}
