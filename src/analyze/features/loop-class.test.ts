import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';

/** The class of each loop of a Python program, in the order of the code. */
async function classesOf(...lines: readonly string[]) {
  const { functions } = await analyze({ source: lines.join('\n'), language: 'python' });
  return functions
    .flatMap(({ loops }) => loops)
    .toSorted((a, b) => a.startLine - b.startLine)
    .map((loop) => loop.class);
}

test('a loop takes its rounds times what is inside, calls included', async () => {
  const classes = await classesOf(
    'def inner(rows):',
    '    for row in rows:',
    '        print(row)',
    'def f(rows):',
    '    for a in rows:',
    '        for b in range(20):',
    '            inner(rows)',
    '    for row in rows:',
    '        rows.sort()',
    '    for a in range(8):',
    '        print(a)',
    '    while n > 1:',
    '        n //= 2',
  );
  expect(classes).toEqual(['linear', 'quadratic', 'linear', 'quadratic', 'constant', 'logn']);
});

test('what it runs over is made once and belongs to it', async () => {
  expect(
    await classesOf('def f(rows):', '    for row in sorted(rows):', '        print(row)'),
  ).toEqual(['nlogn']);
});

test('what a loop does before it ends the program, it does once', async () => {
  const lines = [
    'def f(rows):',
    '    for row in rows:',
    '        if row > 3:',
    '            for other in rows:',
    '                print(other)',
  ];
  expect(await classesOf(...lines, '            exit()')).toEqual(['linear', 'linear']);
  expect(await classesOf(...lines, '            print()')).toEqual(['quadratic', 'linear']);
});

test('a loop that its function calls itself in, or that is only bounded over all, has none', async () => {
  expect(
    await classesOf('def walk(nodes):', '    for node in nodes:', '        walk(node.below)'),
  ).toEqual([undefined]);
  const stack = [
    'def f(rows):',
    '    stack = []',
    '    for row in rows:',
    '        while stack and stack[-1] < row:',
    '            stack.pop()',
    '        stack.append(row)',
  ];
  expect(await classesOf(...stack)).toEqual(['linear', undefined]);
});
