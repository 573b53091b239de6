import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { identify } from './process-identity.ts';
import { CONTROLLER_FOLDER } from './this-controller.ts';
import type { Starter } from './starter.ts';

const MADE_AT_ONCE = 64;
const LOW = 32;

/**
 * FIFOs that were made in advance: only a process can make one, and many are made as fast. They are
 * on the file system of those who take them. Lifecycle: (take)* .
 */
export class PipeStock {
  readonly #folder: string;
  readonly #starter: Starter;
  readonly #ready: string[] = [];
  #made = 0;
  #isMaking = false;

  constructor(runtimeFolder: string, starter: Starter) {
    this.#folder = `${rootOf(runtimeFolder)}/${CONTROLLER_FOLDER}`;
    this.#starter = starter;
  }

  /** There are FIFOs at these paths when this returns. */
  take(paths: readonly string[]): void {
    if (this.#ready.length - paths.length < LOW && !this.#isMaking) void this.#make();
    if (this.#ready.length < paths.length) return makePipes(paths);
    for (const path of paths) renameSync(this.#ready.pop()!, path);
  }

  async #make(): Promise<void> {
    this.#isMaking = true;
    if (this.#made === 0) mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const paths = Array.from({ length: MADE_AT_ONCE }, () => `${this.#folder}/${this.#made++}`);
    try {
      await this.#starter.run(['mkfifo', '-m', '600', ...paths]);
      this.#ready.push(...paths);
    } catch {
      // Then they are made as they are needed.
    }
    this.#isMaking = false;
  }
}

/** What controllers that are gone left over. */
export function sweepPipes(runtimeFolder: string): void {
  const root = rootOf(runtimeFolder);
  if (!existsSync(root)) return;
  for (const name of readdirSync(root)) {
    const [pid, startTicks] = name.slice(1).split('-').map(Number);
    if (identify(pid!)?.startTicks !== startTicks)
      rmSync(`${root}/${name}`, { recursive: true, force: true });
  }
}

function rootOf(runtimeFolder: string): string {
  return `${runtimeFolder}/pipes`;
}

export function makePipes(paths: readonly string[]): void {
  execFileSync('mkfifo', ['-m', '600', ...paths]);
}
