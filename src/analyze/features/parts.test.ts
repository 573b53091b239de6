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
  [
    'entries of a folder',
    'javascript',
    'function open(folder) { for (const entry of readdirSync(folder)) if (entry.isDirectory()) open(`${folder}/${entry.name}`); }',
  ],
  [
    'entries of a folder, joined',
    'python',
    'import os\ndef below(folder):\n    for name in os.listdir(folder):\n        path = os.path.join(folder, name)\n        if os.path.isdir(path):\n            below(path)\n',
  ],
  [
    'what a wrapper reads',
    'typescript',
    'function* below(at: string) { const found = readable(at, () => readdirSync(at)); for (const one of found) yield* below(join(at, one.name)); }',
  ],
  [
    'values of an object',
    'javascript',
    'function freeze(value) { for (const entry of Object.values(value)) freeze(entry); }',
  ],
  [
    'two objects at once',
    'javascript',
    'function merge(under, over) { const merged = { ...under }; for (const [key, value] of Object.entries(over)) merged[key] = merge(merged[key], value); return merged; }',
  ],
  [
    'parts that are taken apart',
    'typescript',
    'function names(node: Node): string[] { const [left, right] = node.children; return [...names(left), node.name, ...names(right)]; }',
  ],
  [
    'two kinds of parts',
    'javascript',
    'function visit(node) { for (const head of node.children.filter(isHead)) visit(head); for (const rest of node.children.filter(isRest)) visit(rest); }',
  ],
  [
    'methods of parts',
    'java',
    'class Node { Node left, right; int size() { return 1 + (left == null ? 0 : left.size()) + (right == null ? 0 : right.size()); } }',
  ],
  [
    'children in a loop with an index',
    'csharp',
    'class A { void Visit(Node node) { for (int i = 0; i < node.Children.Count; i++) Visit(node.Children[i]); } }',
  ],
  [
    'children in a range',
    'go',
    'package m\nfunc visit(node *Node) { for _, child := range node.Children { visit(child) } }',
  ],
  [
    'references to both sides',
    'rust',
    'fn size(node: &Node) -> usize { 1 + size(&node.left) + size(&node.right) }',
  ],
  [
    'a folder that is opened',
    'python',
    'import os\ndef clear(path):\n    with os.scandir(path) as found:\n        entries = list(found)\n    for entry in entries:\n        full = os.path.join(path, entry.name)\n        if entry.is_dir():\n            clear(full)\n',
  ],
  [
    'what was gathered first',
    'python',
    'from os import scandir\ndef walk(top):\n    folders = []\n    for entry in scandir(top):\n        if entry.is_dir():\n            folders.append(entry.path)\n    for folder in folders:\n        walk(folder)\n',
  ],
  [
    'attributes, or entries, or pairs',
    'python',
    'def inner(obj):\n    if hasattr(obj, "fields"):\n        return [inner(getattr(obj, f)) for f in dir(obj)]\n    elif isinstance(obj, list):\n        return [inner(v) for v in obj]\n    elif isinstance(obj, dict):\n        return [(inner(k), inner(v)) for k, v in obj.items()]\n',
  ],
  [
    'a text, from where the last call stopped',
    'python',
    'def parse(text, at):\n    values = []\n    while text[at] != ")":\n        at, value = parse(text, at)\n        values.append(value)\n    return at + 1, values\n',
  ],
  [
    'tokens that are taken from what is handed on',
    'python',
    'def parse(tokens):\n    token = next(tokens)\n    return token if token.isdigit() else (parse(tokens), parse(tokens))\n',
  ],
  [
    'a text, by a parser that goes on in it',
    'javascript',
    'class Parser { sum() { const left = this.sum(); this.expect("+"); const right = this.sum(); return left + right; } }',
  ],
  [
    'one of two names of a part',
    'python',
    'import os\ndef below(folder):\n    for name in os.listdir(folder):\n        path = os.path.join(folder, name) if folder else name\n        below(path)\n',
  ],
  ['children by node', 'python', 'def dfs(u):\n    for v in children[u]:\n        dfs(v)\n'],
  [
    'parts, through another function',
    'python',
    'def visit(node):\n    if node.leaf:\n        return\n    below(node)\ndef below(node):\n    for child in node.children:\n        visit(child)\n',
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
  [
    'the same part twice',
    'def high(node):\n    if high(node.left) > 3:\n        return high(node.left)\n    return 0\n',
  ],
  [
    'parts that overlap',
    'def ways(step):\n    return 0 if step is None else ways(step.next) + ways(step.next.next)\n',
  ],
  [
    'the same part in a loop',
    'def again(node, n):\n    for i in range(n):\n        again(node.left, n)\n',
  ],
  [
    'neighbours of a graph that is handed on',
    'def paths(graph, node):\n    for other in graph[node]:\n        paths(graph, other)\n',
  ],
  [
    'numbers that were taken out',
    'def ways(state):\n    return ways((state[0] - 1, state[1])) + ways((state[0], state[1] - 1))\n',
  ],
  [
    'what moves lead to',
    'def search(board):\n    for after in board.moves():\n        search(after)\n',
  ],
  [
    'both functions of a pair',
    'def even(n):\n    return odd(n - 1) + odd(n - 2)\ndef odd(n):\n    return even(n - 1) + even(n - 2)\n',
  ],
  [
    'levels up to a bound that is given',
    'def fill(n, at):\n    if at == n:\n        return\n    fill(n, at + 1)\n    fill(n, at + 1)\n',
  ],
  [
    'what is taken and given back',
    'def orders(items, n):\n    for _ in range(n):\n        item = items.take()\n        orders(items, n)\n        items.append(item)\n',
  ],
])('a recursion on %s branches', async (_, source) => {
  expect(await classOf('python', source)).toBe('exponential');
});

test.each<[string, Language, string, string]>([
  [
    'a number in the condition',
    'python',
    'def fill(at):\n    if at >= 4:\n        return\n    fill(at + 1)\n    fill(at + 1)\n',
    'constant',
  ],
  [
    'a constant of the file, by an option',
    'javascript',
    'function look(way) { if (way.depth > DEEPEST) return; for (const each of all) look({ ...way, from: each, depth: way.depth + 1 }); }\nconst DEEPEST = 2;',
    'quadratic',
  ],
  [
    'a name for the next level',
    'javascript',
    'function look(way) { const depth = (way.depth ?? 0) + 1; if (depth > DEEPEST) return; for (const each of all) look({ from: each, depth }); }\nconst DEEPEST = 2;',
    'quadratic',
  ],
])('no deeper than %s', async (_, language, source, expected) => {
  expect(await classOf(language, source)).toBe(expected);
});

test.each<[string, Language, string]>([
  [
    'a method of something else of the same name',
    'javascript',
    'function get(key, store) { return store.get(key) + store.get(key); }\nclass Store { get(key) { return get(key, this); } }',
  ],
  [
    'a function that was given',
    'javascript',
    'function twice(walk, node) { return walk(node) + walk(node); }\nfunction walk(node) { return twice(() => 1, node); }',
  ],
  [
    'a function, not the method that calls it',
    'typescript',
    'class Sizes { size(node: Node) { return size(node.a) + size(node.b); } }',
  ],
  [
    'something that was imported',
    'python',
    'import store\nclass Kept:\n    def get(self, key):\n        return store.get(key) + store.get(key)\n',
  ],
])('a call of %s is no recursion', async (_, language, source) => {
  const { functions } = await analyze({ source, language });
  expect(functions.map(({ recursion }) => recursion)).toEqual(functions.map(() => 'none'));
});

test('a circle of functions is solved once, not once for each of them', async () => {
  const source =
    'def a(n):\n    for i in range(n):\n        print(i)\n    b(n - 1)\ndef b(n):\n    a(n - 1)\n';
  const { functions } = await analyze({ source, language: 'python' });
  expect(functions.map((each) => each.class)).toEqual(['quadratic', 'quadratic']);
});

test('a table that is asked first is remembered in a circle too', async () => {
  const source =
    'class Values { of(x) { const known = this.seen.get(x); if (known !== undefined) return known; const value = this.made(x); this.seen.set(x, value); return value; }\nmade(x) { return this.of(x - 1) + this.of(x - 2); } }';
  const { functions } = await analyze({ source, language: 'javascript' });
  expect(functions.map((each) => each.class)).toEqual(['linear', 'linear']);
});
