import { LimberError } from '#model/errors.ts';
import {
  assemble,
  loadArchitecture,
  loadArgument,
  loadNumber,
  verdict,
  VERDICT,
  when,
  type Instruction,
} from './seccomp-bpf.ts';
import {
  ABSENT,
  AF_NETLINK,
  CLONE_NAMESPACES,
  DENIED,
  ERRNO,
  FORBIDDEN_IOCTLS,
  NETLINK_PROTOCOLS,
  PERSONALITIES,
  SOCKET_FAMILIES,
  UNSHARE_NAMESPACES,
} from './seccomp-rules.ts';
import {
  ARCHITECTURES,
  NEWEST_KNOWN_SYSCALL,
  syscallNumber,
  type FilteredArchitecture,
  type SyscallName,
} from './seccomp-syscalls.ts';

const ALLOW = verdict(VERDICT.allow);
const REFUSE = verdict(VERDICT.errno(ERRNO.EPERM));
const MISSING = verdict(VERDICT.errno(ERRNO.ENOSYS));

/**
 * The filter for `bwrap --seccomp FD`: everything is allowed but what the rules name.
 * Throws `sandbox-unavailable` on an architecture whose system calls are not known here.
 */
export function buildSeccompFilter(arch: string = process.arch): Buffer {
  if (arch !== 'x64' && arch !== 'arm64') {
    throw new LimberError('sandbox-unavailable', {
      problem: `no system call filter is known for ${arch}`,
      hint: 'Limber runs on x64 and arm64.',
    });
  }
  return assemble([
    ...onlyNativeCalls(arch),
    ...DENIED.flatMap((name) => rule(name, arch, [REFUSE])),
    ...ABSENT.flatMap((name) => rule(name, arch, [MISSING])),
    ...ARGUMENT_RULES.flatMap(([name, body]) => rule(name, arch, body)),
    ALLOW,
  ]);
}

/**
 * A second architecture would have other numbers, so its calls end the process (SIGSYS): an errno
 * would leave a 32-bit program looping on its failing exit. What the kernel counts above the newest
 * known call does not exist for the program; on x64 that covers the x32 numbers (bit 30) and -1.
 */
function onlyNativeCalls(arch: FilteredArchitecture): readonly Instruction[] {
  return [
    loadArchitecture(),
    { ...when('jumpIfEqual', ARCHITECTURES[arch].audit, [])[0]!, skipIf: 1 },
    verdict(VERDICT.killProcess),
    loadNumber(),
    ...when('jumpIfAtLeast', NEWEST_KNOWN_SYSCALL + 1, [MISSING]),
  ];
}

function rule(
  name: SyscallName,
  arch: FilteredArchitecture,
  body: readonly Instruction[],
): readonly Instruction[] {
  const number = syscallNumber(name, arch);
  return number === null ? [] : when('jumpIfEqual', number, body);
}

/** Each body loads an argument over the number and therefore ends in a verdict. */
const ARGUMENT_RULES: readonly (readonly [SyscallName, readonly Instruction[]])[] = [
  ['clone', [loadArgument(0), ...when('jumpIfAnyBit', CLONE_NAMESPACES, [REFUSE]), ALLOW]],
  ['unshare', [loadArgument(0), ...when('jumpIfAnyBit', UNSHARE_NAMESPACES, [REFUSE]), ALLOW]],
  ['ioctl', [loadArgument(1), ...whenOneOf(FORBIDDEN_IOCTLS, REFUSE), ALLOW]],
  ['personality', [loadArgument(0), ...whenOneOf(PERSONALITIES, ALLOW), REFUSE]],
  ['socket', socketRule()],
];

function socketRule(): readonly Instruction[] {
  const families = SOCKET_FAMILIES.filter((family) => family !== AF_NETLINK);
  return [
    loadArgument(0),
    ...whenOneOf(families, ALLOW),
    ...when('jumpIfEqual', AF_NETLINK, [
      loadArgument(2),
      ...whenOneOf(NETLINK_PROTOCOLS, ALLOW),
      verdict(VERDICT.errno(ERRNO.EPROTONOSUPPORT)),
    ]),
    verdict(VERDICT.errno(ERRNO.EAFNOSUPPORT)),
  ];
}

function whenOneOf(values: readonly number[], then: Instruction): readonly Instruction[] {
  return values.flatMap((value) => when('jumpIfEqual', value, [then]));
}
