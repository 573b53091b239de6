import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import type { Language } from '#model/execution.ts';

const classOf = async (language: Language, source: string) =>
  (await analyze({ source, language })).functions[0]?.class;

test.each<[string, Language, string]>([
  [
    'children in a loop',
    'python',
    'def visit(node):\n    for child in node.children:\n        visit(child)\n',
  ],
  [
    'both sides',
    'python',
    'def depth(node):\n    return 0 if node is None else 1 + max(depth(node.left), depth(node.right))\n',
  ],
  [
    'a name for a part',
    'javascript',
    'function walk(node) { const { length } = node.rows; for (const row of node.rows) { const inner = row.inner; walk(inner); } return length; }',
  ],
  [
    'by reading methods',
    'java',
    'class A { int size(Node node) { return node == null ? 0 : size(node.getLeft()) + size(node.getRight()); } }',
  ],
  [
    'through pointers',
    'c',
    'int size(struct node *n) { return n == 0 ? 0 : 1 + size(n->left) + size(n->right); }',
  ],
])('a walk over %s comes to each part once', async (_, language, source) => {
  expect(await classOf(language, source)).toBe('linear');
});

test.each<[string, string]>([
  ['two smaller numbers', 'def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n'],
  [
    'the same list further on',
    'def perm(items, at):\n    for i in range(at, len(items)):\n        perm(items, at + 1)\n',
  ],
  [
    'what is left over',
    'def combine(items):\n    for i in range(len(items)):\n        combine(items[:i] + items[i + 1:])\n',
  ],
])('a recursion on %s branches', async (_, source) => {
  expect(await classOf('python', source)).toBe('exponential');
});
