import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSeccompFilter } from './seccomp.ts';

const PYTHON = '/usr/bin/python3';
const missing = ['/usr/bin/bwrap', PYTHON].filter((path) => spawnSync(path, ['--version']).error);

let folder = '';
let filterPath = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-seccomp-'));
  filterPath = join(folder, 'filter.bpf');
  writeFileSync(filterPath, buildSeccompFilter());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command under bubblewrap with the filter and nothing but the filter in its way. */
function filtered(argv: readonly string[], extra: readonly string[] = []) {
  const filter = openSync(filterPath, 'r');
  try {
    return spawnSync(
      'bwrap',
      [
        ...['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--bind', folder, folder],
        ...[
          '--unshare-user',
          '--unshare-pid',
          '--chdir',
          folder,
          '--seccomp',
          '3',
          ...extra,
          ...argv,
        ],
      ],
      { stdio: ['pipe', 'pipe', 'pipe', filter], encoding: 'utf8', timeout: 60_000 },
    );
  } finally {
    closeSync(filter);
  }
}

/** Makes one system call and prints the name of its errno, or `ok`. */
function errnoOf(call: string, extra: readonly string[] = []): string {
  const script = `
import ctypes, errno, os, fcntl
libc = ctypes.CDLL(None, use_errno=True)
result = ${call}
print('ok' if result != -1 else errno.errorcode[ctypes.get_errno()])`;
  const { stdout, stderr, signal } = filtered([PYTHON, '-c', script], extra);
  return signal ?? (stdout.trim() || stderr);
}

describe.skipIf(missing.length > 0)(`the filter in the kernel (needs ${missing.join()})`, () => {
  // With every capability of its user namespace the program could do all of these without the filter.
  const capable = ['--cap-add', 'ALL'];

  test.each([
    ['mount', 'libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)'],
    ['umount2', 'libc.umount2(b"/proc", 2)'],
    ['unshare of a namespace', 'libc.unshare(0x00020000)'],
    ['unshare of a user namespace', 'libc.unshare(0x10000000)'],
    ['setns', 'libc.setns(os.open("/proc/self/ns/mnt", 0), 0)'],
    ['chroot', 'libc.chroot(b"/tmp")'],
    ['sethostname', 'libc.sethostname(b"x", 1)'],
    ['personality READ_IMPLIES_EXEC', 'libc.personality(0x400000)'],
  ])('%s fails with EPERM even with capabilities', (_, call) => {
    expect(errnoOf(call, capable)).toBe('EPERM');
  });

  // x64 numbers: the table itself is checked against the headers elsewhere.
  test.skipIf(process.arch !== 'x64').each([
    ['clone with CLONE_NEWUSER', 'libc.syscall(56, 0x10000011, 0, 0, 0, 0)', 'EPERM'],
    ['clone3', 'libc.syscall(435, 0, 0)', 'ENOSYS'],
    ['io_uring_setup', 'libc.syscall(425, 1, 0)', 'ENOSYS'],
    ['io_setup', 'libc.syscall(206, 1, 0)', 'ENOSYS'],
    ['keyctl', 'libc.syscall(250, 0, -3, 0)', 'EPERM'],
    ['add_key', 'libc.syscall(248, b"user", b"a", b"b", 1, -3)', 'EPERM'],
    ['bpf', 'libc.syscall(321, 0, 0, 0)', 'EPERM'],
    ['perf_event_open', 'libc.syscall(298, 0, 0, -1, -1, 0)', 'EPERM'],
    ['userfaultfd', 'libc.syscall(323, 1)', 'EPERM'],
    ['name_to_handle_at', 'libc.syscall(303, -100, b"/", 0, 0, 0)', 'EPERM'],
    ['fsopen', 'libc.syscall(430, b"tmpfs", 0)', 'EPERM'],
    ['open_tree', 'libc.syscall(428, -100, b"/", 1)', 'EPERM'],
    ['process_vm_writev', 'libc.syscall(311, os.getpid(), 0, 0, 0, 0, 0)', 'EPERM'],
    ['an x32 call', 'libc.syscall(0x40000000 + 39)', 'ENOSYS'],
    ['a call of the future', 'libc.syscall(1000)', 'ENOSYS'],
    ['a vsock', 'libc.socket(40, 1, 0)', 'EAFNOSUPPORT'],
    ['an SCTP socket', 'libc.socket(2, 1, 132)', 'EPROTONOSUPPORT'],
    ['openat2', 'libc.syscall(437, -100, b"/", 0, 0)', 'ENOSYS'],
    ['chmod u+s', 'libc.chmod(b".", 0o4755)', 'EPERM'],
    ['fchmod u+s', 'libc.fchmod(os.open(".", 0), 0o4755)', 'EPERM'],
    ['fchmodat u+s', 'libc.fchmodat(-100, b".", 0o4755, 0)', 'EPERM'],
    ['fchmodat2 u+s', 'libc.syscall(452, -100, b".", 0o4755, 0)', 'EPERM'],
    ['a new set-user-ID file', 'libc.open(b"new", os.O_CREAT | 1, 0o4755)', 'EPERM'],
    ['a nameless one', 'libc.open(b".", os.O_TMPFILE | 1, 0o4755)', 'EPERM'],
    ['creat of one', 'libc.syscall(85, b"new", 0o4755)', 'EPERM'],
    ['mknod of one', 'libc.syscall(133, b"new", 0o104755, 0)', 'EPERM'],
    ['a new set-group-ID file', 'libc.open(b"new", os.O_CREAT | 1, 0o2755)', 'EPERM'],
    ['an AF_ALG socket', 'libc.socket(38, 5, 0)', 'EAFNOSUPPORT'],
  ])('%s', (_, call, errno) => {
    expect(errnoOf(call)).toBe(errno);
  });

  test.each([
    ['a netlink socket', 'libc.socket(16, 3, 0)'],
    ['a folder that its group shares', 'libc.chmod(os.makedirs("g") or b"g", 0o2775)'],
    ['opening without creating, whatever the mode', 'libc.open(b".", 0, 0o4755)'],
    ['an MPTCP socket, or its own refusal', 'max(0, libc.socket(2, 1, 262))'],
    ['unshare of the file table', 'libc.unshare(0x400)'],
    ['asking for the personality', 'libc.personality(0xffffffff)'],
    ['switching off address randomisation', 'libc.personality(0x40000)'],
  ])('%s stays allowed', (_, call) => {
    expect(errnoOf(call)).toBe('ok');
  });

  test('typing into the terminal is refused, asking for its size is not', () => {
    const script = `
import fcntl, os, pty, struct, termios
_, terminal = pty.openpty()
fcntl.ioctl(terminal, termios.TIOCGWINSZ, b'\\0' * 8)
for request in (termios.TIOCSTI, 0x541C, 0x5412 | 1 << 32):
    try: fcntl.ioctl(terminal, request & 0xffffffff, b'x')
    except OSError as error: print(error.errno)`;
    expect(filtered([PYTHON, '-c', script]).stdout).toBe('1\n1\n1\n');
  });

  test('high bits of an argument do not lead past the filter', () => {
    expect(errnoOf('libc.syscall(ctypes.c_long(16), 0, ctypes.c_long(0x100005412), b"x")')).toBe(
      'EPERM',
    );
    expect(errnoOf('libc.syscall(ctypes.c_long(272), ctypes.c_long(0x110000000))')).toBe('EPERM');
  });

  test("process 1, bubblewrap's reaper, carries the filter too", () => {
    // It loads the filter while the program starts already: wait for it, at most 5 s.
    const script =
      'for i in $(seq 500); do grep Seccomp:.2 /proc/1/status && exit; sleep 0.01; done; exit 1';
    expect(filtered(['sh', '-c', script]).stdout).toBe('Seccomp:\t2\n');
  });

  test('a debugger may trace its own child', () => {
    const script = `
import ctypes, os, signal
libc = ctypes.CDLL(None)
child = os.fork()
if child == 0: signal.pause()
print(libc.ptrace(16, child, 0, 0))
os.kill(child, 9)`;
    expect(filtered([PYTHON, '-c', script]).stdout).toBe('0\n');
  });

  test('threads, forks and subprocesses work', () => {
    const script = `
import concurrent.futures as c, multiprocessing as m, subprocess, os, threading
print(sum(c.ThreadPoolExecutor(4).map(lambda n: n, range(10))))
with m.get_context('fork').Pool(2) as pool: print(sum(pool.map(abs, range(10))))
print(subprocess.run(['sh', '-c', 'echo sub | cat'], capture_output=True, text=True).stdout.strip())`;
    const { stdout, stderr } = filtered([PYTHON, '-c', script]);
    expect(stdout, stderr).toBe('45\n45\nsub\n');
  });

  test('node works with workers and child processes', () => {
    const script = `
const { Worker } = require('node:worker_threads');
const { execFileSync } = require('node:child_process');
require('node:fs').promises.readFile('/etc/hostname').then(() =>
  new Worker('1', { eval: true }).on('exit', (code) =>
    console.log(code, execFileSync('echo', ['child']).toString().trim())));`;
    expect(filtered([process.execPath, '-e', script]).stdout).toBe('0 child\n');
  });

  for (const [tool, argv] of [
    ['git', ['sh', '-c', 'git init -q repo && git -C repo status -sb']],
    ['curl', ['curl', '--version']],
    ['java', ['java', '-version']],
    [
      'gcc',
      [
        'sh',
        '-c',
        'echo "int main(){return 7;}" > seven.c && gcc seven.c -o seven && ./seven; test $? = 7',
      ],
    ],
    ['make', ['sh', '-c', 'printf "all: a b\\na b:\\n\\techo $@\\n" > Makefile && make -j4']],
  ] as const) {
    const absent = spawnSync(tool, ['--version']).error !== undefined;
    test.skipIf(absent)(`${tool} works${absent ? ' (not installed)' : ''}`, () => {
      const { status, stderr } = filtered(argv);
      expect(status, stderr).toBe(0);
    });
  }
});
