import { parseUnsigned } from '../parse-number.ts';
import { printable } from './printable.ts';

const OPENING = 0x28;
const CLOSING = 0x29;
const SPACE = 0x20;

/** USER_HZ: 100 on every Linux port that Node runs on. */
export const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** What is used of /proc/PID/stat; written again at each reading. */
export type TaskStat = {
  name: string;
  /** R, S, D, Z, T … */
  state: string;
  parentPid: number;
  cpuTicks: number;
  threads: number;
  startTicks: number;
  memoryBytes: number;
};

export function emptyTaskStat(): TaskStat {
  return {
    name: '',
    state: '',
    parentPid: 0,
    cpuTicks: 0,
    threads: 0,
    startTicks: 0,
    memoryBytes: 0,
  };
}

/** Counted from the state, which is 0. Source: proc_pid_stat(5), its field numbers less three. */
const FIELD = { parent: 1, user: 11, system: 12, threads: 17, start: 19, resident: 21 } as const;

/** False, and nothing written, for text that is not of the format. */
export function parseTaskStat(bytes: Buffer, length: number, into: TaskStat): boolean {
  // The name may itself hold spaces and parentheses, so its end is the last one.
  const opening = bytes.indexOf(OPENING);
  const closing = length > 0 ? bytes.lastIndexOf(CLOSING, length - 1) : -1;
  const numbers = numbersFrom(bytes, closing + 4, length);
  if (opening < 0 || closing < opening || numbers.length <= FIELD.resident) return false;
  into.name = printable(bytes.toString('utf8', opening + 1, closing));
  into.state = String.fromCharCode(bytes[closing + 2]!);
  into.parentPid = numbers[FIELD.parent]!;
  into.cpuTicks = numbers[FIELD.user]! + numbers[FIELD.system]!;
  into.threads = numbers[FIELD.threads]!;
  into.startTicks = numbers[FIELD.start]!;
  into.memoryBytes = numbers[FIELD.resident]! * PAGE_BYTES;
  return true;
}

/**
 * Fields from the one after the state; the first entry stands for the state itself. A field that the
 * text ends in may be half a number: only what a space follows counts.
 */
function numbersFrom(bytes: Buffer, start: number, length: number): number[] {
  const numbers = [Number.NaN];
  let index = start;
  while (index < length && numbers.length <= FIELD.resident) {
    const value = parseUnsigned(bytes, index, length);
    while (index < length && bytes[index] !== SPACE) index++;
    if (index < length) numbers.push(Number.isNaN(value) ? 0 : value);
    index++;
  }
  return numbers;
}
