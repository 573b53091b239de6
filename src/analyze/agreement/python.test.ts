import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import { Deadline } from '#analyze/deadline.ts';
import { requires } from '../../../test/capabilities.ts';
import { differences, shareEqual, unexplained, type Pair } from './agreement.ts';

const LIBRARY = globSync('/usr/lib/python3*/*.py').sort().slice(0, 110);

type RadonBlock = {
  readonly type: string;
  readonly name: string;
  readonly lineno: number;
  readonly complexity: number;
};

test('cyclomatic complexity equals radon', async (context) => {
  requires(context, 'radon');
  const report = execFileSync('radon', ['cc', '-j', ...LIBRARY], {
    maxBuffer: 2 ** 28,
  }).toString();
  const blocks = JSON.parse(report) as Record<string, readonly RadonBlock[]>;
  const pairs: Pair[] = [];
  for (const file of LIBRARY) {
    const ours = await functionsOf(file);
    for (const { type, name, lineno, complexity } of blocks[file] ?? [])
      if (type !== 'class')
        pairs.push({
          where: `${file}:${lineno} ${name}`,
          theirs: complexity,
          ours: ours.get(`${lineno} ${name}`),
        });
  }
  expect(pairs.length).toBeGreaterThan(1000);
  expect(shareEqual(pairs), differences(pairs).join('\n')).toBeGreaterThanOrEqual(0.99);
  expect(
    unexplained(pairs, [
      {
        why: 'radon leaves out what an assertion says',
        construct: /^\s*assert\b[^\n]*(\b(and|or|if|for)\b|\()/m,
      },
      { why: 'radon 5 does not know match', construct: /^\s*case\b/m },
    ]),
  ).toEqual([]);
}, 60_000);

/**
 * mccabe counts statements only: no boolean operators, conditional expressions, comprehensions or
 * assertions, and for each `try` one path more. Counted that way, functions without functions inside
 * agree.
 */
const MCCABE = `
import ast, json, mccabe, sys
found = []
for path in sys.argv[1:]:
    tree = ast.parse(open(path, encoding='utf-8', errors='replace').read())
    visitor = mccabe.PathGraphingAstVisitor()
    visitor.preorder(tree, visitor)
    for graph in visitor.graphs.values():
        found.append([path, graph.lineno, graph.entity.split('.')[-1], graph.complexity()])
print(json.dumps(found))
`;

test('statement paths equal mccabe', async (context) => {
  requires(context, 'mccabe');
  const output = execFileSync('/usr/bin/python3', ['-c', MCCABE, ...LIBRARY.slice(0, 60)], {
    maxBuffer: 2 ** 28,
  });
  const found = JSON.parse(output.toString()) as [string, number, string, number][];
  const pairs: Pair[] = [];
  for (const file of LIBRARY.slice(0, 60)) {
    const source = readFileSync(file, 'utf8');
    for (const unit of await statementPaths(source)) {
      const theirs = found.find(
        ([path, line, name]) => path === file && line === unit.line && name === unit.name,
      );
      if (theirs !== undefined)
        pairs.push({
          where: `${file}:${unit.line} ${unit.name}`,
          theirs: theirs[3],
          ours: unit.paths,
        });
    }
  }
  expect(pairs.length).toBeGreaterThan(1000);
  expect(shareEqual(pairs), differences(pairs).join('\n')).toBeGreaterThanOrEqual(0.99);
  expect(
    unexplained(pairs, [
      { why: 'mccabe draws try … finally as paths of its own', construct: /^\s*finally:/m },
      { why: 'mccabe draws try … else as paths of its own', construct: /^\s*try:[^]*^\s*else:/m },
    ]),
  ).toEqual([]);
}, 60_000);

async function functionsOf(file: string): Promise<Map<string, number>> {
  const source = readFileSync(file, 'utf8');
  const { functions } = await analyze({ source, language: 'python', deadlineMs: 60_000 });
  return new Map(
    functions.map(({ startLine, name, cyclomatic }) => [
      `${startLine} ${name.split('.').at(-1)}`,
      cyclomatic,
    ]),
  );
}

async function statementPaths(source: string) {
  const { parse } = await import('#analyze/syntax/parse.ts');
  const { loadGrammar } = await import('#analyze/syntax/grammar.ts');
  const { python } = await import('#analyze/languages/python/python.ts');
  const { survey } = await import('#analyze/features/survey.ts');
  const grammar = await loadGrammar(python, undefined);
  const deadline = new Deadline(60_000);
  const parsed = parse({ text: source, grammar, deadline });
  const { units } = survey(parsed!.root, python, deadline);
  const parents = new Set(units.map(({ parent }) => parent));
  return units
    .filter(
      (unit) =>
        !parents.has(unit) &&
        !unit.node.text.includes('lambda') &&
        !/^\s+class /m.test(unit.node.text.slice(1)),
    )
    .map(({ name, node, counts }) => {
      const of = (role: Parameters<typeof counts.get>[0]) => counts.get(role) ?? 0;
      return {
        name,
        line: node.line,
        paths: 1 + of('if') + of('elseif') + of('each') + of('while') + of('catch') + of('try'),
      };
    });
}
