import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ERRORS, LimberError } from '#model/errors.ts';
import { runCommandLine } from './command-line.ts';
import type { Handlers } from './handlers.ts';
import type { RunOptions } from './run-options.ts';

type Heard = { readonly command: keyof Handlers; readonly options: unknown };

async function limber(argv: readonly string[], failWith?: unknown) {
  const heard: Heard[] = [];
  const written = { out: '', err: '' };
  const handler = (command: keyof Handlers) => (options: unknown) => {
    heard.push({ command, options });
    if (failWith) throw failWith;
    return 7;
  };
  const names = [
    ...(['run', 'analyze', 'ps', 'top', 'watch', 'show', 'logs', 'explain'] as const),
    ...(['doctor', 'gc', 'image'] as const),
  ];
  const handlers = Object.fromEntries(names.map((name) => [name, handler(name)])) as Handlers;
  const exitCode = await runCommandLine({
    argv,
    handlers,
    version: '1.2.3',
    env: { HOME: '/home/me', LIMBER_DEBUG: '0' },
    currentFolder: '/home/me/here',
    writeOut: (text) => (written.out += text),
    writeErr: (text) => (written.err += text),
  });
  return { exitCode, heard, ...written };
}

async function runOptions(...argv: string[]): Promise<RunOptions> {
  const { heard, err } = await limber(['run', ...argv]);
  expect(err).toBe('');
  return heard[0]?.options as RunOptions;
}

test('a script takes options before and after it, and arguments on both sides of --', async () => {
  const options = await runOptions(
    ...['--max-memory', '4Gi', 'job.py', 'in.txt', '--max-cpu=2', '-5', '--', '--max-cpu', '--'],
  );
  expect(options.program).toEqual({
    kind: 'script',
    path: 'job.py',
    args: ['in.txt', '-5', '--max-cpu', '--'],
  });
  expect(options.bounds?.max).toEqual({ memoryBytes: 4 * 2 ** 30, cpuCores: 2 });
});

test('whatever follows -- reaches a command untouched', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string()), async (args) => {
      const options = await runOptions('--quiet', '--', 'make', ...args);
      expect(options.program).toEqual({ kind: 'command', argv: ['make', ...args] });
    }),
    { numRuns: 50 },
  );
});

test('every option arrives with its unit', async () => {
  const options = await runOptions(
    ...['job.py', '--min-cpu', '100m', '--max-network', '10M', '--max-egress', '5M'],
    ...['--memory', '64Mi', '--policy', 'threshold', '--timeout', '10m', '--grace', '500ms'],
    ...['--network', 'egress', '--host-port', '80', '--host-port', '8080', '--write', '--observe'],
    ...['--mount', '/data:/data', '--mount', '/out:/out:rw', '-e', 'A=b=c', '--env', 'HOME'],
    ...['--tmp-size', '1Gi', '--max-processes', '64', '--max-output', '1M', '--priority', '0'],
    ...['--summary', 's.json', '--json', '--quiet', '--dry-run', '--language', 'python'],
  );
  expect(options).toMatchObject({
    currentFolder: '/home/me/here',
    bounds: {
      min: { cpuCores: 0.1 },
      max: { ingressBitsPerSecond: 10e6, egressBitsPerSecond: 5e6 },
      initial: { memoryBytes: 64 * 2 ** 20 },
    },
    policy: 'threshold',
    timeoutMs: 600_000,
    graceMs: 500,
    network: { kind: 'egress', hostPorts: [80, 8080] },
    writableCurrentFolder: true,
    mode: 'observe',
    mounts: ['/data:/data', '/out:/out:rw'],
    env: { A: 'b=c', HOME: '/home/me' },
    tmpBytes: 2 ** 30,
    maxProcesses: 64,
    maxOutputBytes: 1e6,
    priority: 0,
    language: 'python',
    summaryPath: '/home/me/here/s.json',
    report: 'json',
    dryRun: true,
  });
});

test('what is not asked for stays absent, so that configuration can decide', async () => {
  const options = await runOptions('job.py');
  expect(Object.keys(options)).not.toContain('policy');
  expect(Object.keys(options)).not.toContain('timeoutMs');
  expect(options.bounds).toEqual({ min: {}, max: {}, initial: {} });
  expect(options.report).toBe('text');
});

const NONSENSE: readonly (readonly [argv: string, message: string])[] = [
  ['run', 'Nothing to run'],
  ['run -', 'standard input'],
  [
    'run j.py --max-memory 4Gb',
    '--max-memory: expected bytes such as 512Mi, 4Gi or 500M, got "4Gb".',
  ],
  ['run j.py --max-memory -4Gi', 'got "-4Gi"'],
  ['run j.py --cpu 0', '--cpu: expected cores'],
  ['run j.py --memory 2Gi --max-memory 1Gi', '--memory 2Gi is above the maximum 1Gi'],
  ['run j.py --min-memory 2Gi --memory 1Gi', '--memory 1Gi is below the minimum 2Gi'],
  ['run j.py --image debian', 'Options of pods are for --runtime kubernetes'],
  ['run j.py --runtime toaster', 'expected process, microvm, kubernetes, got "toaster"'],
  ['run j.py --verbose', 'limber run j.py -- --verbose'],
  ['run make -j8', 'limber run -- COMMAND -j8'],
  ['run j.py --polcy static', 'Did you mean --policy?'],
  ['run j.py --timeout soon', '--timeout: expected a duration'],
  ['run j.py --host-port 65536', 'from 1 to 65535'],
  ['run j.py --priority 101', 'from 0 to 100'],
  ['run j.py --max-processes 1.5', 'a whole number'],
  ['run j.py --env NOT_SET_ANYWHERE', 'not set here'],
  ['logs x --stdout --stderr', 'cannot be used with'],
  ['show', 'Missing required argument "id"'],
  ['completion tcsh', 'Allowed choices are bash, zsh, fish, powershell'],
  ['nope', 'Unknown command "nope"'],
  ['help nope', 'Unknown command "nope"'],
];

test.each(NONSENSE)('limber %s is refused in one line with exit code 64', async (argv, message) => {
  const { exitCode, heard, out, err } = await limber(argv.split(' '));
  expect(err).toContain(message);
  expect(err).toMatch(/^limber: [^\n]+\n$/);
  expect({ exitCode, heard, out }).toEqual({ exitCode: 64, heard: [], out: '' });
});

test('each command hands typed options to its handler and ends with its exit code', async () => {
  const cases: readonly (readonly [argv: string, options: unknown])[] = [
    ['analyze job.py', { paths: ['job.py'], format: 'table', source: false, cache: true }],
    ['analyze --format text', { paths: ['.'], format: 'table', source: false, cache: true }],
    ['analyze - --json --no-cache', { paths: ['-'], format: 'json', source: false, cache: false }],
    [
      'analyze a.py b --source --language python --fail-over 70 --output r.html --format html',
      {
        paths: ['a.py', 'b'],
        format: 'html',
        source: true,
        cache: true,
        language: 'python',
        failOver: 70,
        output: 'r.html',
      },
    ],
    ['ps', { all: false, quiet: false, json: false }],
    ['ps -aq', { all: true, quiet: true, json: false }],
    ['show last --json', { id: 'last', json: true }],
    ['logs ab', { id: 'ab', streams: 'both', json: false }],
    ['logs ab --stderr', { id: 'ab', streams: 'stderr', json: false }],
    ['explain ab --all', { id: 'ab', all: true, json: false }],
    ['doctor', { json: false, kubernetes: false, operator: false, microvm: false }],
    ['doctor --kubernetes', { json: false, kubernetes: true, operator: false, microvm: false }],
    ['doctor --microvm', { json: false, kubernetes: false, operator: false, microvm: true }],
    [
      'doctor --kubernetes --operator',
      { json: false, kubernetes: true, operator: true, microvm: false },
    ],
    ['image list', { action: 'list', all: false, json: false }],
    [
      'image build --packages python3,ruby',
      { action: 'build', packages: ['python3', 'ruby'], all: false, json: false },
    ],
    ['top', { order: 'cpu', showsEnded: false, intervalMs: 1000, once: false }],
    ['watch last --interval 100ms --once', { id: 'last', intervalMs: 100, once: true }],
    ['gc --dry-run', { dryRun: true, json: false, orphans: false }],
    ['gc --orphans', { dryRun: false, json: false, orphans: true }],
  ];
  for (const [argv, options] of cases) {
    const { exitCode, heard, err } = await limber(argv.split(' '));
    expect({ exitCode, err, options: heard[0]?.options }).toEqual({
      exitCode: 7,
      err: '',
      options,
    });
  }
});

test('every command has a help with examples, exit codes and environment on stdout', async () => {
  const commands = [
    '',
    'run',
    'analyze',
    'ps',
    'show',
    'logs',
    'explain',
    'report',
    'doctor',
    'gc',
    'image',
    'completion',
  ];
  for (const command of commands) {
    const { exitCode, out, err } = await limber([...(command ? [command] : []), '--help']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    for (const part of [
      'Examples:',
      'Exit codes:',
      '  64 ',
      'LIMBER_HOME',
      'LIMBER_CONFIG',
      'NO_COLOR',
    ]) {
      expect(out, command).toContain(part);
    }
  }
  expect((await limber(['help', 'run'])).out).toBe((await limber(['run', '--help'])).out);
  expect((await limber([])).out).toBe((await limber(['--help'])).out);
  expect((await limber(['--version'])).out).toBe('1.2.3\n');
});

test('the help of analyze names no exit code that it never returns', async () => {
  const { out } = await limber(['analyze', '--help']);
  for (const code of [69, 75, 77]) expect(out).not.toMatch(new RegExp(`^ +${code} `, 'm'));
});

test('the help of run names every exit code of the catalogue', async () => {
  const { out } = await limber(['run', '--help']);
  const named = new Set(out.match(/^ {2}\d+/gm)?.map(Number));
  const codes = new Set(Object.values(ERRORS).map(({ exitCode }) => exitCode));
  codes.delete(ERRORS['score-exceeded'].exitCode);
  codes.delete(ERRORS['trace-invalid'].exitCode);
  expect(named).toEqual(codes);
});

test('a failure of a handler has the exit code and the words of the catalogue, without a stack', async () => {
  const known = await limber(['doctor'], new LimberError('timed-out', { timeout: '10 s' }));
  expect(known).toMatchObject({
    exitCode: 124,
    err: 'limber: Ended after 10 s, as --timeout asked.\n',
  });
  const unknown = await limber(['doctor'], new TypeError('x is not a function'));
  expect(unknown.exitCode).toBe(70);
  expect(unknown.err).toMatch(
    /^limber: Limber failed: x is not a function\..*\nlimber: LIMBER_DEBUG=1/,
  );
  expect(unknown.err).not.toContain('    at ');
});
