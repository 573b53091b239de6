/** `npm run bench -- NAME [options]`: one benchmark, printed and written to bench/results. */
const BENCHMARKS = [
  'loop',
  'headline',
  'headline-v2',
  'start',
  'complexity',
  'complexity-fuzz',
  'complexity-lizard',
  'complexity-speed',
  'ablation',
  'suite',
  'prior',
  'probe-overhead',
  'agent-traces',
  'calibration',
  'outlook',
  'simulate',
  'compete',
  'demand',
  'api-fuzz',
  'warm',
  'serve-load',
  'dashboard',
  'kubernetes',
  'kubernetes-scale',
  'microvm',
] as const;

const [name, ...args] = process.argv.slice(2);
if (!BENCHMARKS.some((known) => known === name)) {
  process.stderr.write(
    `bench: expected one of ${BENCHMARKS.join(', ')}, got ${name ?? 'nothing'}\n`,
  );
  process.exit(2);
}
const { bench } = (await import(`./${name}.ts`)) as {
  readonly bench: (args: readonly string[]) => Promise<void>;
};
await bench(args);
