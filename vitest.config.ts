import { env } from 'node:process';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './test/pipeline/counts-reporter.ts';

// The order of Vite's own defaults, after the condition that leads #stage/x.ts to the sources.
const conditions = ['limber-source', 'module', 'node', 'development|production'];
const countsFile = env['LIMBER_TEST_COUNTS'];

/**
 * Real machines have one set of cgroups, networks and CPUs: what measures them runs alone. What other
 * work of the machine disturbed is tried again, twice at most, and the verdict names every test that needed it.
 */
const onRealThings = {
  globalSetup: ['test/pipeline/built.ts'],
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  retry: 2,
};

/** What asks for right results, not for a share of the machine: it stands work beside it. */
const service = [
  'test/e2e/serve/**/*.test.ts',
  'test/e2e/{analyze,completion,history,kubernetes,package,refusals,simulate}.test.ts',
  'test/conformance/{kubernetes,microvm}*.test.ts',
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  ...(env['LIMBER_TEST_CACHE'] === undefined ? {} : { cacheDir: env['LIMBER_TEST_CACHE'] }),
  test: {
    // Children that tests start with Node run the sources as well.
    execArgv: ['--conditions=limber-source'],
    pool: 'forks',
    maxWorkers: 2,
    // A poll ends as soon as it holds: the bound is for a machine that other work holds.
    expect: { poll: { timeout: 30_000 } },
    reporters: countsFile === undefined ? ['default'] : ['default', new CountsReporter(countsFile)],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,bench,dashboard}/**/*.test.ts', 'test/{pipeline,probes,uml}/*.test.ts'],
          exclude: ['src/**/*.v2.test.ts'],
          // What takes 2 s takes 10 while other work holds the machine.
          testTimeout: 30_000,
          // Another suite runs beside this one.
          retry: 2,
        },
      },
      {
        extends: true,
        test: { name: 'service', include: service, ...onRealThings },
      },
      {
        extends: true,
        test: {
          name: 'v1',
          include: ['test/{conformance,e2e}/**/*.test.ts'],
          exclude: ['test/**/*.v2.test.ts', ...service],
          ...onRealThings,
        },
      },
      {
        // Inside User Mode Linux: what every runtime must pass, and what only cgroup v2 shows.
        extends: true,
        test: {
          name: 'v2',
          include: [
            'test/conformance/**/*.test.ts',
            'test/e2e/**/*.{both,v2}.test.ts',
            'src/**/*.v2.test.ts',
          ],
          // A cluster or a machine takes minutes there.
          exclude: service,
          maxWorkers: 1,
          ...onRealThings,
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
