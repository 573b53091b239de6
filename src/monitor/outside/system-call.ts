/** What a system call waits for: known by its number, by its descriptor, or by its time-out. */
export type CallKind =
  | { readonly kind: 'descriptor' }
  /** Many descriptors at once; `timeout` is the argument that holds it. */
  | {
      readonly kind: 'many';
      readonly timeout: number;
      readonly unit: 'ms' | 'pointer';
      readonly count?: number;
    }
  | { readonly kind: 'futex' }
  | { readonly kind: 'child' | 'timer' | 'lock' | 'disk' | 'pipe' };

/** Arguments as the kernel prints them: 64 bits in hexadecimal, of which an int uses the lower half. */
export type SystemCall = { readonly kind: CallKind | undefined; readonly args: readonly string[] };

const DESCRIPTOR: CallKind = { kind: 'descriptor' };
const CHILD: CallKind = { kind: 'child' };
const TIMER: CallKind = { kind: 'timer' };
const LOCK: CallKind = { kind: 'lock' };
const DISK: CallKind = { kind: 'disk' };
const NO_ARGUMENT = 6;
const PIPE: CallKind = { kind: 'pipe' };

/**
 * Calls that wait: [x64, arm64] → kind; -1 where the architecture has no such call.
 * Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
 * A 32-bit program on x64 has other numbers; what it does is then misread, which costs a hint.
 */
const CALLS: readonly (readonly [string, number, number, CallKind])[] = [
  ['read', 0, 63, DESCRIPTOR],
  ['write', 1, 64, DESCRIPTOR],
  ['pread64', 17, 67, DESCRIPTOR],
  ['pwrite64', 18, 68, DESCRIPTOR],
  ['readv', 19, 65, DESCRIPTOR],
  ['writev', 20, 66, DESCRIPTOR],
  ['preadv', 295, 69, DESCRIPTOR],
  ['pwritev', 296, 70, DESCRIPTOR],
  ['connect', 42, 203, DESCRIPTOR],
  ['accept', 43, 202, DESCRIPTOR],
  ['accept4', 288, 242, DESCRIPTOR],
  ['sendto', 44, 206, DESCRIPTOR],
  ['recvfrom', 45, 207, DESCRIPTOR],
  ['sendmsg', 46, 211, DESCRIPTOR],
  ['recvmsg', 47, 212, DESCRIPTOR],
  ['recvmmsg', 299, 243, DESCRIPTOR],
  ['sendmmsg', 307, 269, DESCRIPTOR],
  ['sendfile', 40, 71, DESCRIPTOR],
  ['splice', 275, 76, DESCRIPTOR],
  ['ioctl', 16, 29, DESCRIPTOR],
  ['poll', 7, -1, { kind: 'many', timeout: 2, unit: 'ms', count: 1 }],
  ['ppoll', 271, 73, { kind: 'many', timeout: 2, unit: 'pointer', count: 1 }],
  ['select', 23, -1, { kind: 'many', timeout: 4, unit: 'pointer', count: 0 }],
  ['pselect6', 270, 72, { kind: 'many', timeout: 4, unit: 'pointer', count: 0 }],
  ['epoll_wait', 232, -1, { kind: 'many', timeout: 3, unit: 'ms' }],
  ['epoll_pwait', 281, 22, { kind: 'many', timeout: 3, unit: 'ms' }],
  ['epoll_pwait2', 441, 441, { kind: 'many', timeout: 3, unit: 'pointer' }],
  ['wait4', 61, 260, CHILD],
  ['waitid', 247, 95, CHILD],
  ['vfork', 58, -1, CHILD],
  ['clone', 56, 220, CHILD],
  ['clone3', 435, 435, CHILD],
  ['nanosleep', 35, 101, TIMER],
  ['clock_nanosleep', 230, 115, TIMER],
  ['pause', 34, -1, TIMER],
  ['rt_sigsuspend', 130, 133, TIMER],
  ['rt_sigtimedwait', 128, 137, TIMER],
  ['restart_syscall', 219, 128, TIMER],
  ['futex', 202, 98, { kind: 'futex' }],
  ['futex_waitv', 449, 449, LOCK],
  ['futex_wait', 455, 455, LOCK],
  ['flock', 73, 32, LOCK],
  ['fcntl', 72, 25, LOCK],
  ['semop', 65, 193, LOCK],
  ['semtimedop', 220, 192, LOCK],
  ['msgrcv', 70, 188, PIPE],
  ['mq_timedreceive', 243, 183, PIPE],
  ['fsync', 74, 82, DISK],
  ['fdatasync', 75, 83, DISK],
  ['sync', 162, 81, DISK],
  ['sync_file_range', 277, 84, DISK],
  ['open', 2, -1, DISK],
  ['openat', 257, 56, DISK],
  ['stat', 4, -1, DISK],
  ['newfstatat', 262, 79, DISK],
  ['getdents64', 217, 61, DISK],
  ['copy_file_range', 326, 285, DISK],
  // The end of its wait is behind a pointer, if there is one.
  ['io_uring_enter', 426, 426, { kind: 'many', timeout: NO_ARGUMENT, unit: 'pointer' }],
  ['io_getevents', 208, 4, DISK],
];

const column = process.arch === 'arm64' ? 2 : 1;
const isKnownArchitecture = process.arch === 'arm64' || process.arch === 'x64';
const byNumber = new Map(
  isKnownArchitecture
    ? CALLS.filter((call) => call[column] >= 0).map((call) => [call[column], call[3]])
    : [],
);

/**
 * The line of /proc/PID/syscall: `running`, or number, six arguments and two addresses; `-1` and the
 * addresses for a task that waits outside a call (a page of memory). Source: proc_pid_syscall(5).
 */
export function parseSystemCall(line: string): SystemCall | 'running' | 'outside' | undefined {
  if (line.startsWith('running')) return 'running';
  if (line.startsWith('-1 ')) return 'outside';
  const [number = '', ...rest] = line.trimEnd().split(' ');
  if (!/^\d{1,5}$/.test(number) || rest.length !== 8) return undefined;
  return { kind: byNumber.get(Number(number)), args: rest.slice(0, 6) };
}

export function isZero(argument: string | undefined): boolean {
  return argument === undefined || argument === '0x0';
}

/** The int in the lower half of an argument. */
export function intOf(argument: string | undefined): number {
  return Number.parseInt((argument ?? '0x0').slice(2).slice(-8), 16) | 0;
}
