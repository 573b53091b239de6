import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { analyze } from '#analyze/analyze.ts';
import { brokenSource, rawSource } from '#analyze/broken-sources.fixture.ts';
import { analyzeDocument } from '#analyze/report/document.ts';
import { documentSchema } from '#analyze/report/schema.ts';
import { LANGUAGES } from '#model/execution.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';

const MEBIBYTE = 2 ** 20;
const BATCH = 1000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

type Problem = { readonly language: string; readonly source: string; readonly problem: string };
type Memory = { readonly inputs: number; readonly residentMiB: number; readonly heapMiB: number };

/** Mutated and truncated sources and raw bytes in every language: what breaks, and what stays in memory. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const machine = beginBenchmark('complexity-fuzz');
  const figures = await fuzz(Number(values.inputs), Number(values.seed));
  writeResult('complexity-fuzz', machine, { seed: Number(values.seed), ...figures });
}

async function fuzz(inputs: number, seed: number) {
  const problems: Problem[] = [];
  const memory: Memory[] = [];
  let slowestMs = 0;
  for (let done = 0; done < inputs; done += BATCH) {
    for (const [source, language] of batchOf(Math.min(BATCH, inputs - done), seed + done)) {
      const started = performance.now();
      const problem = await problemOf(source, language);
      slowestMs = Math.max(slowestMs, performance.now() - started);
      if (problem !== undefined) problems.push({ language, source, problem });
    }
    memory.push(memoryAfter(done + BATCH));
    process.stderr.write(`\r${done + BATCH} of ${inputs}, ${problems.length} problems`);
  }
  process.stderr.write('\n');
  console.log({ inputs, problems: problems.length, slowestMs, last: memory.at(-1) });
  return { inputs, slowestMs: Math.round(slowestMs), problems, memory: thinned(memory) };
}

function batchOf(count: number, seed: number) {
  const sources = fc.oneof(brokenSource, rawSource);
  return fc.sample(fc.tuple(sources, fc.constantFrom(...LANGUAGES)), { numRuns: count, seed });
}

async function problemOf(source: string, language: (typeof LANGUAGES)[number]) {
  try {
    const profile = await analyze({ source, language });
    const stopped = profile.derivation.find((step) => step.includes('analysis stopped'));
    return stopped ?? documentSchema.safeParse(analyzeDocument([profile])).error?.message;
  } catch (error) {
    return String(error);
  }
}

function memoryAfter(inputs: number): Memory {
  collectGarbage();
  const { rss, heapUsed } = process.memoryUsage();
  const rounded = (bytes: number) => Math.round((bytes / MEBIBYTE) * 10) / 10;
  return { inputs, residentMiB: rounded(rss), heapMiB: rounded(heapUsed) };
}

/** Ten looks say whether it grows. */
function thinned(memory: readonly Memory[]): readonly Memory[] {
  const every = Math.max(1, Math.floor(memory.length / 10));
  return memory.filter((_, at) => (at + 1) % every === 0);
}
