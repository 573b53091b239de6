import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import { analyze, analyzeLinked } from './analyze.ts';
import { Deadline, type Stage } from './deadline.ts';
import { NOTHING_FOREIGN } from './links/foreign.ts';
import { analyzeFile } from './project/analyze-file.ts';
import { openCache } from './project/cache.ts';
import { analyzeDocument } from './report/document.ts';
import { report, REPORT_FORMATS } from './report/report.ts';
import { documentSchema } from './report/schema.ts';

const SOURCE = `import requests
def walk(n):
    rows = [0] * 10**6
    for i in range(n):
        rows.append(walk(n - 1))
    return rows
for url in urls:
    requests.get(url)
`.repeat(20);

/** A deadline of a second whose clock knows the stage. */
async function analyzeBy(clock: (stage: Stage) => number): Promise<ComplexityProfile> {
  let deadline: Deadline | undefined;
  const { profile } = await analyzeLinked({ source: SOURCE, language: 'python' }, NOTHING_FOREIGN, {
    deadlineOf: () => {
      deadline = new Deadline(1000, () => (deadline === undefined ? 0 : clock(deadline.stage)));
      return deadline;
    },
  });
  return profile;
}

/** Time stands still, but for one stage, which has none. */
function cutDuring(stage: Stage): Promise<ComplexityProfile> {
  return analyzeBy((now) => (now === stage ? Infinity : 0));
}

test.each([
  'parsing',
  'outline',
  'survey',
  'call graph',
  'costs',
  'functions',
  'class',
  'calls out',
  'sizes',
  'space',
  'sites',
  'links',
] as const)('what is cut during the stage of %s says so and stays valid', async (stage) => {
  const profile = await cutDuring(stage);
  expect(profile.cut).toEqual({ during: stage, deadlineMs: 1000 });
  expect(documentSchema.safeParse(analyzeDocument([profile])).error?.message).toBeUndefined();
});

test('the stages after the one that was cut still say what was found', async () => {
  const whole = await analyze({ source: SOURCE, language: 'python', deadlineMs: 60_000 });
  expect(whole.cut).toBeUndefined();
  const [costs, sizes, functions] = [
    await cutDuring('costs'),
    await cutDuring('sizes'),
    await cutDuring('functions'),
  ];
  expect(costs.functions.length).toBe(whole.functions.length);
  expect(costs.externalCalls).toEqual(whole.externalCalls);
  expect(sizes.dataStructures.length).toBeLessThan(whole.dataStructures.length);
  expect(sizes.functions).toEqual(whole.functions);
  expect(functions.functions.length).toBeLessThan(whole.functions.length);
  expect(functions.class).toBe(whole.class);
});

test('a stage stops in the middle when its time is over, and keeps what it has', async () => {
  let questions = 0;
  const profile = await analyzeBy((stage) => (stage === 'survey' ? (questions += 1) * 200 : 0));
  expect(profile.cut?.during).toBe('survey');
  expect(profile.functions.length).toBeGreaterThan(0);
  expect(profile.functions.length).toBeLessThan(20);
});

test('every format says that the analysis was stopped, and during what', async () => {
  const profile = await cutDuring('sizes');
  for (const format of REPORT_FORMATS) {
    const text = report(format, { profiles: [{ ...profile, file: 'a.py' }], version: '0' });
    expect(text).toMatch(format === 'json' ? /"during": "sizes"/ : /deadline of 1 s/);
  }
  const [one, other] = [
    { ...profile, file: 'a.py' },
    { ...profile, file: 'b.py' },
  ];
  expect(report('table', { profiles: [one, other], version: '0' })).toMatch(/python, cut /);
});

test('what was cut is not kept, what was finished is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'limber-cut-'));
  const cache = openCache(join(folder, 'cache'));
  const kept = () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.json'),
    );
  const path = join(folder, 'a.py');
  writeFileSync(path, SOURCE);
  const cut = await analyzeFile({ path, cache, deadlineMs: 0 });
  expect(cut.profile.cut?.during).toBe('parsing');
  expect(kept()).toEqual([]);
  const whole = await analyzeFile({ path, cache, deadlineMs: 60_000 });
  expect(whole.profile.cut).toBeUndefined();
  expect(kept().length).toBe(1);
  expect((await analyzeFile({ path, cache, deadlineMs: 0 })).profile).toEqual(whole.profile);
});

const each = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

/** More than any deadline allows, on purpose; a source that is finished early is no failure. */
const PATHOLOGICAL: readonly (readonly [string, Language, () => string])[] = [
  ['10 MB in one line', 'python', () => `x = [${'1, '.repeat(3_400_000)}]`],
  ['10 MB of calls in one line', 'javascript', () => 'f(a, b);'.repeat(1_250_000)],
  ['deep nesting', 'javascript', () => each(50_000, () => 'if (a) { for (;;) {')],
  [
    'thousands of mutually recursive functions',
    'python',
    () =>
      each(
        20_000,
        (at) =>
          `def f${at}(n):\n    for i in range(n):\n        f${(at + 1) % 20_000}(n - 1)\n    f${(at * 7) % 20_000}(n - 2)\n`,
      ),
  ],
  [
    'a call graph with many edges',
    'javascript',
    () => each(2000, (at) => `function f${at}(n) { ${each(200, (to) => `f${at + to}(n);`)} }\n`),
  ],
  [
    'thousands of nested loops',
    'python',
    () => `x = [f(a) ${each(20_000, (at) => `for a${at} in b${at} `)}]\n`,
  ],
  [
    'thousands of loops in one loop',
    'c',
    () =>
      `int f(int n) { int i = 0; while (i < n) { i += 1; ${each(10_000, (at) => `while (j${at} < n) { j${at} += i; s.pop(); }`)} } }`,
  ],
  [
    'thousands of terms',
    'python',
    () => `def f(n):\n    return ${each(20_000, (at) => `f(n - ${at}) + `)}1\n`,
  ],
  ['a number of a million digits', 'python', () => `x = [0] * 0x${'f'.repeat(1_000_000)}\n`],
  [
    'a million lines of nothing',
    'python',
    () => `for i in x:\n    print(i)${'\n'.repeat(1_000_000)}    y = 1\n`,
  ],
  [
    'braces that never close',
    'javascript',
    () => `${'export { '.repeat(50_000)}${'const { '.repeat(50_000)}`,
  ],
  ['a hundred thousand functions', 'javascript', () => each(100_000, (at) => `a${at}=()=>1;`)],
  ['as many in one list', 'javascript', () => `x = [${each(100_000, () => '()=>1,')}]`],
];

test.each(PATHOLOGICAL)(
  '%s ends soon after its deadline',
  async (_, language, make) => {
    const source = make();
    const started = process.cpuUsage();
    const profile = await analyze({ source, language, deadlineMs: 1000 });
    const { user, system } = process.cpuUsage(started);
    // Far above the deadline: other work on the machine must not decide.
    expect((user + system) / 1000).toBeLessThan(15_000);
    expect(profile.derivation.join()).not.toMatch(/analysis stopped/);
    expect(documentSchema.safeParse(analyzeDocument([profile])).error?.message).toBeUndefined();
  },
  120_000,
);
