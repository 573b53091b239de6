import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** What an expression takes out of one of the things that the function was given. */
export type Part = {
  /** The parameter, or `this`. */
  readonly root: string;
  /** The way there: `.left`, `.children[]`. */
  readonly path: string;
  /** Less than the whole. */
  readonly isStrict: boolean;
  /** Another part each time round a loop. */
  readonly varies: boolean;
};

/** What a node below is a part of. */
export type Inner = (node: SyntaxNode | undefined) => Part | undefined;

export function below(part: Part | undefined, step: string, varies = false): Part | undefined {
  if (part === undefined) return undefined;
  const { root, path } = part;
  return { root, path: path + step, isStrict: true, varies: part.varies || varies };
}

/** `${folder}/${entry}`, where the entry was found in that folder. */
export function joined(nodes: readonly SyntaxNode[], inner: Inner): Part | undefined {
  const parts = nodes.flatMap(
    (node) => (node.role === 'interpolation' ? joined(node.children, inner) : inner(node)) ?? [],
  );
  const whole = parts.find(({ isStrict }) => !isStrict);
  const strict = parts.find(({ isStrict, root }) => isStrict && root === whole?.root);
  return strict ?? (nodes.length === 1 ? parts[0] : whole);
}
