import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 20;

/** How many threads of a run could compute, look by look; only what Limber runs counts, not Limber. */
// start → stop.
export class BusyThreads {
  readonly looks: number[] = [];
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  readonly #ownGroup: string;

  constructor(root: number) {
    this.#root = root;
    this.#ownGroup = groupOf(process.pid);
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  stop(): readonly number[] {
    clearInterval(this.#timer);
    return this.looks;
  }

  #look(): void {
    const inside = below(this.#root).filter((pid) => groupOf(pid) !== this.#ownGroup);
    if (inside.length > 0) this.looks.push(inside.reduce((sum, pid) => sum + runnableIn(pid), 0));
  }
}

function below(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...below(child)]);
}

/** Running, waiting for a core, or for the disk: everything but sleep. */
function runnableIn(pid: number): number {
  return threadsOf(pid).filter((thread) => {
    const stat = read(`/proc/${pid}/task/${thread}/stat`);
    return /[RD]/.test(stat.charAt(stat.lastIndexOf(')') + 2));
  }).length;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function groupOf(pid: number): string {
  return read(`/proc/${pid}/cgroup`);
}

/** Processes end while they are looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');
}
