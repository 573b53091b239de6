import { readdirSync, readFileSync } from 'node:fs';

/** Of one process whose children are looked for. */
const MOST_THREADS = 64;
const MOST_PROCESSES = 256;

type Where = {
  /** First process of the sandbox: it leads the program's process group and is not the program. */
  readonly sandboxPid: number;
  readonly shimPid: number;
  /** Everything under the instance's limits; undefined where there is no cgroup. */
  readonly inCgroup: (() => readonly number[]) | undefined;
};

/** Ids of the program's processes, without those that hold the sandbox. Empty when it is gone. */
export function programProcesses({
  sandboxPid,
  shimPid,
  inCgroup,
}: Where): () => readonly number[] {
  if (inCgroup === undefined) return () => below(sandboxPid);
  let holders: ReadonlySet<number> | undefined;
  return () => {
    holders ??= new Set([shimPid, sandboxPid, ...ancestors(sandboxPid, shimPid)]);
    return inCgroup().filter((pid) => !holders!.has(pid));
  };
}

/** The chain from the sandbox's first process up to the shim. */
function ancestors(pid: number, top: number): readonly number[] {
  const chain: number[] = [];
  for (let at = parentOf(pid); at > 1 && at !== top; at = parentOf(at)) chain.push(at);
  return chain;
}

function below(root: number): readonly number[] {
  const found = childrenOf(root);
  // What is found is looked at in turn: `found` grows while it is gone through.
  for (const pid of found) if (found.length < MOST_PROCESSES) found.push(...childrenOf(pid));
  return found.slice(0, MOST_PROCESSES);
}

/** Children belong to the thread that started them. Source: proc_tid_children(5). */
function childrenOf(pid: number): number[] {
  return threadsOf(pid)
    .flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(' '))
    .filter(Boolean)
    .map(Number);
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).slice(0, MOST_THREADS);
  } catch {
    // It ended meanwhile.
    return [];
  }
}

/** Source: proc_pid_stat(5), field 4, after the name in parentheses. */
function parentOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
