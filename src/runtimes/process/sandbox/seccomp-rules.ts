import type { SyscallName } from './seccomp-syscalls.ts';

/** Errno numbers of asm-generic, which both architectures share. */
export const ERRNO = { EPERM: 1, ENOSYS: 38, EPROTONOSUPPORT: 93, EAFNOSUPPORT: 97 } as const;

/**
 * What no program in the sandbox needs and what attacks on the kernel start with. Most of it also
 * needs a capability that the sandbox does not hold; the filter keeps the code behind it unreachable
 * when a user namespace or a bug would give that capability back.
 */
export const DENIED: readonly SyscallName[] = [
  // The view of files is final: both mount APIs, and leaving the namespaces.
  'mount',
  'umount2',
  'mount_setattr',
  'move_mount',
  'open_tree',
  'open_tree_attr',
  'fsopen',
  'fsconfig',
  'fsmount',
  'fspick',
  'pivot_root',
  'chroot',
  'setns',
  // Files by handle ignore the mount namespace.
  'name_to_handle_at',
  'open_by_handle_at',
  // Kernel code, kernel memory, other kernels, and what lets an attacker win races in the kernel.
  'bpf',
  'perf_event_open',
  'userfaultfd',
  'kexec_load',
  'kexec_file_load',
  'init_module',
  'finit_module',
  'delete_module',
  'iopl',
  'ioperm',
  'modify_ldt',
  'lookup_dcookie',
  // The host's state: clock, swap, power, accounting, quotas, names, log, terminals.
  'settimeofday',
  'clock_settime',
  'adjtimex',
  'clock_adjtime',
  'swapon',
  'swapoff',
  'reboot',
  'acct',
  'quotactl',
  'quotactl_fd',
  'sethostname',
  'setdomainname',
  'syslog',
  'vhangup',
  'fanotify_init',
  'nfsservctl',
  'uselib',
  // Keyrings belong to the user, not to a namespace: those of the caller would be in reach.
  'add_key',
  'request_key',
  'keyctl',
  // Placement on the host's memory nodes is the host's affair.
  'mbind',
  'set_mempolicy',
  'set_mempolicy_home_node',
  'migrate_pages',
  'move_pages',
  // Writing into another process. ptrace itself stays: debuggers and leak checkers need it, the pid
  // namespace hides every process but the sandbox's own, all of these carry this same filter (also
  // bubblewrap's reaper, process 1), and since Linux 4.8 a tracer cannot take its tracee past it.
  'process_vm_writev',
  'pidfd_getfd',
  'kcmp',
];

/**
 * ENOSYS makes callers fall back: glibc from clone3, whose flags lie in memory that a filter cannot
 * read, to clone; libuv and others from io_uring, whose work runs past the filter, to threads; and
 * from openat2, whose mode lies in memory as well, to openat; and databases from io_setup, of whose
 * queues there are so many for the whole host that one program could take all (fs.aio-max-nr).
 */
export const ABSENT: readonly SyscallName[] = [
  'clone3',
  'io_setup',
  'io_uring_setup',
  'io_uring_enter',
  'io_uring_register',
  'openat2',
];

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET of linux/sched.h. */
export const CLONE_NAMESPACES = 0x7e020000;

/** unshare also takes CLONE_NEWTIME, a bit that clone reads as part of the exit signal. */
export const UNSHARE_NAMESPACES = CLONE_NAMESPACES | 0x80;

/**
 * TIOCSTI types into the terminal of whoever started the program, TIOCLINUX pastes into a console,
 * TIOCSETD loads line disciplines. asm-generic/ioctls.h
 */
export const FORBIDDEN_IOCTLS: readonly number[] = [0x5412, 0x541c, 0x5423];

/**
 * PER_LINUX, PER_LINUX32, with UNAME26, with ADDR_NO_RANDOMIZE (debuggers and sanitizers; it weakens
 * only the program itself), and 0xffffffff, which asks. linux/personality.h
 */
export const PERSONALITIES: readonly number[] = [
  0x0, 0x8, 0x20000, 0x20008, 0x40000, 0x40008, 0xffffffff,
];

/** NETLINK_ROUTE (interfaces, name resolution), NETLINK_SOCK_DIAG (ss), NETLINK_KOBJECT_UEVENT. */
const NETLINK_PROTOCOLS = [0, 4, 15];

/**
 * By default, ICMP, TCP, UDP, ICMPv6, and MPTCP, which Go's listeners ask for. Asking for another makes
 * the kernel load a module, whoever asks: SCTP, DCCP, L2TP, and the bugs in them.
 */
const INTERNET_PROTOCOLS = [0, 1, 6, 17, 58, 262];

/**
 * AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, each with the protocols that it may have. AF_VSOCK would
 * reach the hypervisor past every network namespace; AF_ALG, AF_PACKET and some forty others are code
 * nobody needs here.
 */
export const SOCKET_FAMILIES: readonly (readonly [number, (readonly number[])?])[] = [
  [1],
  [2, INTERNET_PROTOCOLS],
  [10, INTERNET_PROTOCOLS],
  [16, NETLINK_PROTOCOLS],
];

/**
 * S_ISUID: what a program leaves in a folder that it may write to belongs to the caller, and would
 * give everybody on the host who can reach it the caller's rights.
 */
export const SET_USER_ID = 0o4000;

/** With S_ISGID, where it cannot be meant for a folder: there it is how teams share their files. */
export const SET_ANY_ID = 0o6000;

/** O_CREAT and __O_TMPFILE: only with them the kernel looks at the mode. asm-generic/fcntl.h */
export const CREATES = 0o100 | 0o20000000;
