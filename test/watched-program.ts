import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutsideReading } from '#model/outside.ts';
import { OutsideWatch } from '#monitor/outside/outside-watch.ts';
import { programProcesses } from '#runtimes/process/program-processes.ts';

const DEADLINE_MS = 20_000;
const PAUSE_MS = 40;

/** Real programs and watches over them, all of which end with the test. */
export class Watched {
  readonly folder = mkdtempSync(join(tmpdir(), 'limber outside '));
  readonly #children: ChildProcess[] = [];
  readonly #watches: OutsideWatch[] = [];

  start(command: string, ...args: readonly string[]): ChildProcess {
    // A group of its own, so that what it started can be ended with it.
    const child = spawn(command, args, { cwd: this.folder, detached: true });
    child.stdout.resume();
    child.stderr.resume();
    this.#children.push(child);
    return child;
  }

  watch(child: ChildProcess): OutsideWatch {
    const root = child.pid!;
    const below = programProcesses({ sandboxPid: root, shimPid: root, inCgroup: undefined });
    const watch = new OutsideWatch({
      processIds: () => [root, ...below()],
      networkNamespacePath: undefined,
    });
    this.#watches.push(watch);
    return watch;
  }

  async close(): Promise<void> {
    for (const watch of this.#watches) watch.close();
    for (const child of this.#children) {
      const isRunning = child.exitCode === null && child.signalCode === null;
      const ended = new Promise((resolve) => child.once('close', resolve));
      if (!isRunning) continue;
      process.kill(-child.pid!, 'SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Looks until a reading is as expected; fails with the last one. */
export async function seen(
  watch: OutsideWatch,
  isExpected: (reading: OutsideReading) => boolean,
): Promise<OutsideReading> {
  const endMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const reading = watch.look(performance.now());
    if (isExpected(reading)) return reading;
    if (performance.now() > endMs)
      throw new Error(`not seen in time; the last look: ${JSON.stringify(reading)}`);
    await sleep(PAUSE_MS);
  }
}
