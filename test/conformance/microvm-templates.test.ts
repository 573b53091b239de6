import { truncateSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { LimberError } from '#model/errors.ts';
import type { Instance } from '#model/instance.ts';
import { listImages } from '#runtimes/microvm/image/store.ts';
import type { MicrovmOptions } from '#runtimes/microvm/options.ts';
import { QEMU } from '#runtimes/microvm/vmm/qemu/qemu.ts';
import type { Vmm } from '#runtimes/microvm/vmm/types.ts';
import { templatesOf } from '#runtimes/microvm/template/store.ts';
import { requires } from '../capabilities.ts';
import { buildTestImage, copyImage, MACHINE_NEEDS, openMachines } from '../microvm/machines.ts';

beforeAll(buildTestImage, 300_000);

let machines: ReturnType<typeof openMachines>;
const running: Instance[] = [];
beforeEach(({ skip }) => {
  requires({ skip }, ...MACHINE_NEEDS);
  machines = openMachines();
});
afterEach(async () => {
  for (const instance of running.splice(0)) await instance.release();
  await machines.close();
});

async function run(program: string, change: Partial<MicrovmOptions> = {}) {
  const spec = machines.spec(['sh', '-c', program]);
  const { instance, output } = await machines.open(change).launch(spec);
  running.push(instance);
  const stdout = await text(output.stdout!);
  const notes = instance.notes?.map((note) => note.text) ?? [];
  return { stdout, exit: await instance.exited, notes };
}

const DRAW = 'od -An -N32 -tx1 /dev/urandom | tr -d " \n"; echo; date +%s';
const PYTHON = `python3 -c 'import os, random, uuid; print(random.random(), os.urandom(8).hex(), uuid.uuid4(), hash("x"))'`;

test('machines that go on from one template draw random numbers of their own, and know the time', async () => {
  const ended = [await run(DRAW), await run(PYTHON), await run(PYTHON)];
  // By now a clock that stood still while the machine was kept would be behind.
  await sleep(3_000);
  const before = Math.floor(Date.now() / 1000);
  ended.push(await run(DRAW));
  const lines = ended.flatMap(({ stdout }) => stdout.trim().split('\n'));
  const [first, , firstPython, secondPython, second, time] = lines;
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(second).toMatch(/^[0-9a-f]{64}$/);
  expect(second).not.toBe(first);
  expect(Number(time)).toBeGreaterThanOrEqual(before);
  expect(Number(time)).toBeLessThanOrEqual(Date.now() / 1000 + 1);
  expect(new Set(`${firstPython} ${secondPython}`.split(' ')).size).toBe(8);
  expect(ended.flatMap(({ notes }) => notes.filter((note) => note.includes('template')))).toEqual(
    [],
  );
});

test('a template that is damaged is booted instead of and thrown away, and the next machine makes another', async () => {
  const imagesFolder = copyImage(machines.root);
  const image = listImages(imagesFolder)[0]!;
  await run('true', { imagesFolder });
  const [template, ...others] = templatesOf(image);
  expect(others).toEqual([]);
  truncateSync(template!.statePath, 1000);
  const ended = await run('echo here', { imagesFolder });
  expect(ended).toMatchObject({ stdout: 'here\n', exit: { exitCode: 0 } });
  expect(ended.notes.join()).toMatch(/template.*it booted/);
  expect(templatesOf(image)).toEqual([]);
  const next = await run('echo again', { imagesFolder });
  expect([next.stdout, next.notes.filter((note) => note.includes('template'))]).toEqual([
    'again\n',
    [],
  ]);
  expect(templatesOf(image)).toHaveLength(1);
});

const REFUSED = new LimberError('microvm-not-started', { problem: 'refused to go on', hint: '' });
/** A monitor that keeps machines, and goes on from none. */
const KEEPS_ONLY: Vmm = {
  ...QEMU,
  async connect(given) {
    const machine = await QEMU.connect(given);
    return { ...machine, goOn: () => Promise.reject(REFUSED) };
  },
};

test('where no machine ever goes on from one it is made but once, and it is said why', async () => {
  const imagesFolder = copyImage(machines.root);
  const told: string[] = [];
  const change = { imagesFolder, vmm: KEEPS_ONLY, mention: (text: string) => void told.push(text) };
  for (const word of ['first', 'second']) {
    const ended = await run(`echo ${word}`, change);
    expect(ended.stdout).toBe(`${word}\n`);
    expect(ended.notes.join()).toMatch(/template \(.*refused to go on.*\).*it booted/);
  }
  expect(told.filter((text) => text.includes('keeping'))).toHaveLength(1);
});

test('where none is wanted it boots, and none is made', async () => {
  const imagesFolder = copyImage(machines.root);
  const change = { imagesFolder, templates: false };
  expect(await run('echo here', change)).toMatchObject({ stdout: 'here\n' });
  expect(templatesOf(listImages(imagesFolder)[0]!)).toEqual([]);
});
