import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { test } from './box.ts';

const SCHEMA = resolve(import.meta.dirname, '..', '..', 'schemas', 'limber.run.v1.json');
const ESCAPE = '\u001B';
const COLOURS = { FORCE_COLOR: '1' };

test('the report is plain text where there is no terminal', async ({ box }) => {
  const { stderr, stdout } = await box.run(['--', 'echo', 'out']);
  expect(stdout.toString()).toBe('out\n');
  expect(stderr).toMatch(/limber {2}succeeded after [\d.]+ s · exit code 0 · predictive policy/);
  expect(stderr).toMatch(/^ {2}CPU .*core-s/m);
  expect(stderr).not.toContain(ESCAPE);
});

test('FORCE_COLOR colours it, and NO_COLOR does not', async ({ box }) => {
  const coloured = await box.run(['--', 'true'], { env: COLOURS });
  expect(coloured.stderr).toContain(`${ESCAPE}[`);
  const plain = await box.run(['--', 'true'], { env: { NO_COLOR: '1' } });
  expect(plain.stderr).not.toContain(ESCAPE);
});

test('--quiet leaves stderr to the program', async ({ box }) => {
  const { stderr } = await box.run(['--quiet', '--', 'sh', '-c', 'echo own >&2']);
  expect(stderr).toBe('own\n');
});

test('--json is the summary as one line, after what the program wrote', async ({ box }) => {
  const { stderr, summary } = await box.run(['--json', '--', 'sh', '-c', 'echo own >&2']);
  const [own, json, end] = stderr.split('\n');
  expect([own, end]).toEqual(['own', '']);
  expect(JSON.parse(json ?? '')).toEqual(summary);
});

test('the summary is what its published schema says', async ({ box }) => {
  const script = box.program('grow.py');
  const { summary } = await box.run([script, '100']);
  const schema = z.fromJSONSchema(
    JSON.parse(readFileSync(SCHEMA, 'utf8')) as z.core.JSONSchema.JSONSchema,
  );
  expect(schema.safeParse(summary).error).toBeUndefined();
  expect(schema.safeParse({ ...summary, outcome: 'nonsense' }).success).toBe(false);
  expect(summary?.decisions.length).toBeGreaterThan(0);
  expect(summary).toMatchObject({
    schema: 'limber.run/v1',
    outcome: 'succeeded',
    policy: 'predictive',
    runtime: 'process',
    mode: 'enforce',
    language: 'python',
  });
});

test('--dry-run shows the plan and runs nothing', async ({ box }) => {
  const args = ['run', '--dry-run', '--write', '--', 'touch', 'it-ran'];
  const { stdout, exitCode } = await box.limber(args);
  expect(exitCode).toBe(0);
  expect(stdout.toString()).toContain('touch it-ran');
  expect(existsSync(join(box.current, 'it-ran'))).toBe(false);
  const { stdout: recorded } = await box.limber(['ps', '--all', '--quiet']);
  expect(recorded.toString()).toBe('');
});

test('a run as a page: pictures, reasons, phases and the source with its heat', async ({ box }) => {
  const script = box.write(
    'build.py',
    `import time
def build(count):
    rows = []
    for number in range(count):
        rows.append('<row>' * 20 + str(number))
    return rows
kept = build(400_000)
time.sleep(0.5)
print(len(kept))`,
  );
  const { summary } = await box.run([script]);
  const { exitCode, stderr } = await box.limber(['report', 'last', '-o', 'run.html']);
  expect([exitCode, stderr]).toEqual([0, '']);
  const page = readFileSync(join(box.current, 'run.html'), 'utf8');
  expect(page).toContain(`run ${summary!.execution}`);
  expect(page).toMatch(/<title>[\d.]+ s: [\d.]+Mi → [\d.]+Mi: /);
  expect(page).toMatch(/<li>(At|From) [\d.]+ s .*memory (went|grew)/);
  expect(page).toContain('build (build.py, line 4)');
  // What the program wrote is text, and its hot line is warm.
  expect(page).toMatch(/<span style="[^"]+"><b>[\d.]+ s<\/b> {4}for number in range\(count\):/);
  expect(page).toContain("rows.append('&lt;row&gt;' * 20");
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);

  const json = await box.limber(['report', 'last', '--format', 'json']);
  const document = JSON.parse(json.stdout.toString()) as { execution: string; timeline: unknown[] };
  expect(document.execution).toBe(summary!.execution);
  expect(document.timeline.length).toBeGreaterThan(3);
  const svg = await box.limber(['report', 'last', '--format', 'svg']);
  expect(svg.stdout.toString()).toMatch(/^<svg .*<\/svg>\n$/s);
  // Growth points upwards: no colour is the only sign.
  expect(svg.stdout.toString()).toMatch(/l3.5,7h-7z"[^>]*><title>[\d.]+ s: /);

  const png = await box.limber(['report', 'last', '-o', 'run.png']);
  expect([png.exitCode, png.stderr]).toEqual([0, '']);
  const picture = readFileSync(join(box.current, 'run.png'));
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  // IHDR: twice the 860 units of the SVG.
  expect(picture.readUInt32BE(16)).toBe(1720);

  const unwritable = await box.limber(['report', 'last', '-o', '/nowhere/run.html']);
  expect(unwritable.exitCode).not.toBe(0);
  expect(unwritable.stderr).toContain('/nowhere/run.html');
});
