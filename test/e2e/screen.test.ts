import { stripVTControlCharacters } from 'node:util';
import { expect } from 'vitest';
import { test } from './box.ts';
import { LIMBER, until } from './limber.ts';
import { openTerminal } from './terminal.ts';

const GROWING = `import time
rows = []
print('ready', flush=True)
while True:
    rows.append(b'x' * 500_000)
    time.sleep(0.05)
`;
const TO_OTHER_BUFFER = '\u001B[?1049h';
const BACK = '\u001B[?25h\u001B[?1049l';

test('top lists what runs, shows one with its charts, and leaves the terminal as it was', async ({
  box,
}) => {
  const running = box.start(['run', '--quiet', box.write('growing.py', GROWING)]);
  await running.prints('ready');
  const terminal = openTerminal([...LIMBER, 'top', '--interval', '100ms'], box);
  const seen = () => stripVTControlCharacters(terminal.shown());
  await until(() => /growing\.py/.test(seen()));
  expect(terminal.shown()).toContain(TO_OTHER_BUFFER);
  expect(seen()).toMatch(/limber top +1 run · by CPU/);

  terminal.type('/nowhere\r');
  await until(() => seen().includes('No run has this'));
  const before = seen().length;
  // As a slow connection brings them: together.
  terminal.type('\u001Bm');
  await until(() => seen().slice(before).includes('growing.py'));
  await until(() => seen().includes('1 run · by memory'));

  terminal.type('\r');
  await until(() => /limber watch \S+ +growing\.py/.test(seen()));
  await until(() => /memory (?:went|grew) .*from/.test(seen()));
  expect(seen()).toMatch(/memory +[\d.]+Mi used, [\d.]+Mi allocated/);
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  expect(terminal.shown().trimEnd().endsWith(BACK)).toBe(true);
  running.child.kill('SIGTERM');
  await running.ended;
});

test('without a terminal both print one picture, of a run that has ended, too', async ({ box }) => {
  const { summary } = await box.run([box.write('job.py', 'print(1)')]);
  const top = await box.limber(['top', '--all']);
  expect(top.stdout.toString()).toMatch(/succeeded .* job\.py/);
  const watch = await box.limber(['watch', 'last']);
  expect(watch.stdout.toString()).toContain(`limber watch ${summary!.execution}  job.py`);
  expect(watch.stdout.toString()).not.toContain('\u001B[?1049h');
  const unknown = await box.limber(['watch', 'zzz']);
  expect([unknown.exitCode, unknown.stderr]).toEqual([66, expect.stringContaining('zzz')]);
});

test('a signal ends it with the terminal as it was', async ({ box }) => {
  const terminal = openTerminal([...LIMBER, 'top'], box);
  await until(() => terminal.shown().includes('Nothing runs'));
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(0);
  expect(terminal.shown().trimEnd().endsWith(BACK)).toBe(true);
});
