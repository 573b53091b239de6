import { readFileSync } from 'node:fs';

/** Of more processes nobody asks which of them live. */
const MOST_PROCESSES = 64;

/**
 * Tells which processes of a program live, by the ids that they have for themselves: they may be in a
 * pid namespace of their own. Where each is found is kept, so that asking again costs one small file.
 */
export class LivingProcesses {
  readonly #processIds: () => readonly number[];
  readonly #idHere = new Map<number, number>();

  /** `processIds`: of the program's processes, as this machine sees them. */
  constructor(processIds: () => readonly number[]) {
    this.#processIds = processIds;
  }

  /** Where that cannot be known, it lives. One that has ended and is not yet waited for does not. */
  has(pid: number): boolean {
    const known = this.#idHere.get(pid);
    if (known !== undefined && innermostId(known) === pid) return true;
    this.#idHere.delete(pid);
    return this.#find(pid);
  }

  #find(pid: number): boolean {
    const ids = this.#processIds();
    if (ids.length > MOST_PROCESSES) return true;
    let canRead = false;
    for (const id of ids) {
      const found = innermostId(id);
      if (found === pid) {
        this.#idHere.set(pid, id);
        return true;
      }
      canRead ||= found !== undefined;
    }
    return !canRead;
  }
}

/**
 * The id of a process in the innermost of its namespaces; undefined when it has ended or is hidden.
 * Source: proc_pid_status(5), NSpid, outermost first; it comes some lines after State.
 */
function innermostId(id: number): number | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${id}/status`, 'latin1');
  } catch {
    // It ended meanwhile.
    return undefined;
  }
  if (/^State:\s+[ZX]/m.test(status)) return undefined;
  return Number(/^NSpid:.*?(\d+)$/m.exec(status)?.[1]);
}
