import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** One line of input is one value: what is done with its words counts where they are used. */
const LINE_OF_INPUT =
  /\b(input|readline|raw_input|readLine|nextLine|data)\(\)|\bstdin\b|^(inp|I|data)\(\)/;

export function readsLine(node: SyntaxNode): boolean {
  return LINE_OF_INPUT.test(node.text.slice(0, 200)) || node.text.startsWith('__file__');
}

/** `[int(x) for x in input().split()]` and `for word in a line`, of which the target takes a few. */
export function isLineOfInput(loop: SyntaxNode): boolean {
  if (loop.role !== 'comprehensionFor') return false;
  return (
    LINE_OF_INPUT.test(loop.child('iterable')?.text.slice(0, 200) ?? '') &&
    !/readlines|read\(\)/.test(loop.text)
  );
}
