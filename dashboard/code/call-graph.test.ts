import { expect, test } from 'vitest';
import { layOut, programOf } from './call-graph.ts';

test('each function stands behind the first that calls it, and what is foreign is left out', () => {
  const graph = layOut([
    { name: 'leaf', calls: ['print'] },
    { name: 'main', calls: ['work', 'leaf', 'work'] },
    { name: 'work', calls: ['leaf', 'work'] },
  ]);
  expect(graph.nodes).toEqual([
    { name: 'main', layer: 0, row: 0, callsItself: false },
    { name: 'work', layer: 1, row: 0, callsItself: true },
    { name: 'leaf', layer: 1, row: 1, callsItself: false },
  ]);
  expect(graph.edges).toEqual([
    { from: 'main', to: 'work' },
    { from: 'main', to: 'leaf' },
    { from: 'work', to: 'leaf' },
  ]);
});

test('functions that only call each other are shown, too', () => {
  const { nodes } = layOut([
    { name: 'even', calls: ['odd'] },
    { name: 'odd', calls: ['even'] },
  ]);
  expect(nodes.map(({ name, layer }) => [name, layer])).toEqual([
    ['even', 0],
    ['odd', 1],
  ]);
});

test('the program calls what stands outside of all functions', () => {
  const code = 'def one():\n  two()\ndef two():\n  pass\none()\nprint(two)';
  const functions = [
    { name: 'one', startLine: 1, endLine: 2 },
    { name: 'two', startLine: 3, endLine: 4 },
  ];
  expect(programOf(functions, code).calls).toEqual(['one']);
});

test('a method is the one of the own class or the only one of its name; a class is its constructor', () => {
  const { edges } = layOut([
    { name: 'Tree.constructor', calls: [] },
    { name: 'Tree.add', calls: ['this.grow', 'list.push'] },
    { name: 'Tree.grow', calls: ['this.grow'] },
    { name: 'Heap.grow', calls: [] },
    { name: 'main', calls: ['Tree', 'tree.add', 'anything.grow', 'add'] },
  ]);
  expect(edges).toEqual([
    { from: 'Tree.add', to: 'Tree.grow' },
    { from: 'main', to: 'Tree.constructor' },
    { from: 'main', to: 'Tree.add' },
  ]);
});
