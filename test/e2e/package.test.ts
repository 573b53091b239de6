import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentSchema } from '#analyze/report/schema.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const NODE_MODULES = join(ROOT, 'node_modules');
const run = promisify(execFile);

let folder: string;

/** What is published, as npm would install it, beside the packages that this checkout has. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'limber-package-'));
  const { stdout } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    { cwd: ROOT, maxBuffer: 2 ** 24 },
  );
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const installed = join(folder, 'node_modules', 'limber');
  mkdirSync(installed, { recursive: true });
  await run('tar', [
    '-xzf',
    join(folder, packed!.filename),
    '-C',
    installed,
    '--strip-components=1',
  ]);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(NODE_MODULES, name), link);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a script that imports the package has the profile', async () => {
  const script = `import { analyze, languageOf } from 'limber';
const source = 'def f(rows):\\n  for a in rows:\\n    for b in rows: print(a, b)\\n';
console.log(JSON.stringify(await analyze({ source, language: languageOf('f.py') })));`;
  writeFileSync(join(folder, 'script.js'), script);
  const { stdout, stderr } = await run(process.execPath, ['script.js'], { cwd: folder, env: {} });
  expect(stderr).toBe('');
  const [each] = (JSON.parse(stdout) as { functions: { class: string; loops: unknown[] }[] })
    .functions;
  expect(each).toMatchObject({ class: 'quadratic', loops: [{ depth: 1 }, { depth: 2 }] });
});

test('its types hold for a strict compiler that checks libraries, too', async () => {
  writeFileSync(
    join(folder, 'typed.ts'),
    `import { analyze, type ComplexityProfile } from 'limber';
const profile: ComplexityProfile = await analyze({ source: 'x = 1', language: 'python' });
export const score: number = profile.score;
import { LimberClient, type ExecutionEvent } from 'limber/client';
const client = new LimberClient({ url: 'http://127.0.0.1:1', apiKey: 'k' });
export const run = async (): Promise<number | undefined> =>
  (await client.run({ code: 'print(1)', language: 'python' })).execution.exitCode;
export const textOf = (event: ExecutionEvent) => event.kind === 'output' ? event.data.text : '';
`,
  );
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
  const types = ['--types', 'node', '--typeRoots', join(NODE_MODULES, '@types')];
  const compiler = join(NODE_MODULES, 'typescript', 'bin', 'tsc');
  const compiled = await run(process.execPath, [compiler, ...options, ...types, 'typed.ts'], {
    cwd: folder,
  }).catch((error: { stdout: string }) => error);
  expect(compiled.stdout).toBe('');
});

test('a script that imports the client asks a server', async () => {
  const script = `import { LimberClient, LimberUnreachable } from 'limber/client';
const client = new LimberClient({ url: 'http://127.0.0.1:1', retries: 0 });
const error = await client.node.get().catch((error) => error);
console.log(error instanceof LimberUnreachable, error.message);`;
  writeFileSync(join(folder, 'client.js'), script);
  const { stdout } = await run(process.execPath, ['client.js'], { cwd: folder, env: {} });
  expect(stdout).toContain('true Cannot reach http://127.0.0.1:1: ');
});

test('the command of the package analyzes', async () => {
  const command = join(folder, 'node_modules', 'limber', 'bin', 'limber.js');
  const { stdout } = await run(process.execPath, [command, 'analyze', 'script.js', '--json'], {
    cwd: folder,
    env: { LIMBER_HOME: join(folder, 'home') },
  });
  expect(documentSchema.parse(JSON.parse(stdout))).toMatchObject({ file: 'script.js' });
});
