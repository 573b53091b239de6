import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { requires } from '../../../../test/capabilities.ts';
import { analyze } from '#analyze/analyze.ts';
import { JAVA, JAVASCRIPT, PYTHON } from './snippets.ts';

/** Predictions may miss what running measures by a quarter. */
const TOLERANCE = 0.25;
async function predicted(source: string, language: Language): Promise<number> {
  return (await analyze({ source, language })).demand.peakMemoryBytes.likely;
}

function compare(
  snippets: readonly string[],
  predictions: readonly number[],
  measured: readonly number[],
): void {
  expect(measured.length).toBe(snippets.length);
  const wrong = snippets.flatMap((snippet, at) => {
    const ratio = predictions[at]! / measured[at]!;
    return Math.abs(ratio - 1) <= TOLERANCE
      ? []
      : [`${ratio.toFixed(2)} × measured ${measured[at]}: ${snippet}`];
  });
  expect(wrong).toEqual([]);
}

const MEASURE_PYTHON = `
import json, sys, tracemalloc
peaks = []
for source in json.load(sys.stdin):
    tracemalloc.start()
    exec(compile(source, 'snippet', 'exec'), {})
    peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
print(json.dumps(peaks))
`;

test('python: predicted peaks are what running measures', async () => {
  const output = execFileSync('python3', ['-c', MEASURE_PYTHON], {
    input: JSON.stringify(PYTHON),
  });
  const predictions = await Promise.all(PYTHON.map((source) => predicted(source, 'python')));
  compare(PYTHON, predictions, JSON.parse(output.toString()) as number[]);
}, 60_000);

const MEASURE_JAVASCRIPT = `
const vm = require('node:vm');
const used = () => { gc(); gc(); const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
const context = vm.createContext({ Buffer });
vm.runInContext('0', context);
const before = used();
vm.runInContext(process.argv[1], context);
console.log(used() - before);
globalThis.kept = context;
`;

test('javascript: predicted sizes are what running measures', async () => {
  const measured = JAVASCRIPT.map((source) =>
    Number(
      execFileSync(process.execPath, ['--expose-gc', '-e', MEASURE_JAVASCRIPT, source]).toString(),
    ),
  );
  const predictions = await Promise.all(
    JAVASCRIPT.map((source) => predicted(source, 'javascript')),
  );
  compare(JAVASCRIPT, predictions, measured);
}, 60_000);

const javaClass = (body: string) =>
  `import java.util.*;\nclass Measure {\n  static Object kept;\n  static void keep(Object value) { kept = value; }\n${body}\n}\n`;

test('java: predicted sizes are what running measures', async (context) => {
  requires(context, 'javac');
  const predictions = await Promise.all(
    JAVA.map((source) => predicted(javaClass(`  static void run() { ${source} }`), 'java')),
  );
  compare(JAVA, predictions, runJava());
}, 120_000);

/** One virtual machine for each: what one leaves behind must not count for the next. */
function runJava(): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'limber-sizes-'));
  try {
    const methods = JAVA.map((source, at) => `  static void run${at}() { ${source} }`).join('\n');
    const cases = JAVA.map((_, at) => `case ${at}: run${at}(); break;`).join(' ');
    const used =
      '  static long used() { System.gc(); System.gc(); Runtime r = Runtime.getRuntime(); return r.totalMemory() - r.freeMemory(); }';
    const main = `  public static void main(String[] args) { keep(new int[1]); used(); used(); long before = used(); switch (Integer.parseInt(args[0])) { ${cases} } System.out.println(used() - before); if (kept == null) System.exit(1); }`;
    writeFileSync(join(folder, 'Measure.java'), javaClass([methods, used, main].join('\n')));
    execFileSync('javac', ['-d', folder, join(folder, 'Measure.java')]);
    const run = (at: number) =>
      execFileSync('java', ['-Xmx1g', '-XX:+UseSerialGC', '-cp', folder, 'Measure', String(at)]);
    return JAVA.map((_, at) => Number(run(at).toString()));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
