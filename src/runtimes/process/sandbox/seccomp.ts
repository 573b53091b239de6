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
  CLONE_NAMESPACES,
  CREATES,
  DENIED,
  ERRNO,
  FORBIDDEN_IOCTLS,
  PERSONALITIES,
  SET_ANY_ID,
  SET_USER_ID,
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
    // First: the kernel remembers the verdict on a call whose arguments do not matter, and opening a
    // file should not wait for the rest (`seccomp_cache_prepare`, kernel/seccomp.c).
    ...ARGUMENT_RULES.flatMap(([name, body]) => rule(name, arch, body)),
    ...DENIED.flatMap((name) => rule(name, arch, [REFUSE])),
    ...ABSENT.flatMap((name) => rule(name, arch, [MISSING])),
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
  ['openat', creationRule({ flagsAt: 2, modeAt: 3 })],
  ['open', creationRule({ flagsAt: 1, modeAt: 2 })],
  ['creat', refuseMode(1, SET_ANY_ID)],
  ['mknod', refuseMode(1, SET_ANY_ID)],
  ['mknodat', refuseMode(2, SET_ANY_ID)],
  ['chmod', refuseMode(1, SET_USER_ID)],
  ['fchmod', refuseMode(1, SET_USER_ID)],
  ['fchmodat', refuseMode(2, SET_USER_ID)],
  ['fchmodat2', refuseMode(2, SET_USER_ID)],
  ['clone', [loadArgument(0), ...when('jumpIfAnyBit', CLONE_NAMESPACES, [REFUSE]), ALLOW]],
  ['unshare', [loadArgument(0), ...when('jumpIfAnyBit', UNSHARE_NAMESPACES, [REFUSE]), ALLOW]],
  ['ioctl', [loadArgument(1), ...whenOneOf(FORBIDDEN_IOCTLS, REFUSE), ALLOW]],
  ['personality', [loadArgument(0), ...whenOneOf(PERSONALITIES, ALLOW), REFUSE]],
  ['socket', socketRule()],
];

function creationRule(at: { flagsAt: number; modeAt: number }): readonly Instruction[] {
  return [
    loadArgument(at.flagsAt),
    ...when('jumpIfAnyBit', CREATES, refuseMode(at.modeAt, SET_ANY_ID)),
    ALLOW,
  ];
}

function refuseMode(modeAt: number, bits: number): readonly Instruction[] {
  return [loadArgument(modeAt), ...when('jumpIfAnyBit', bits, [REFUSE]), ALLOW];
}

function socketRule(): readonly Instruction[] {
  return [
    loadArgument(0),
    ...SOCKET_FAMILIES.flatMap(([family, protocols]) =>
      when('jumpIfEqual', family, protocols ? onlyProtocols(protocols) : [ALLOW]),
    ),
    verdict(VERDICT.errno(ERRNO.EAFNOSUPPORT)),
  ];
}

function onlyProtocols(protocols: readonly number[]): readonly Instruction[] {
  const refusal = verdict(VERDICT.errno(ERRNO.EPROTONOSUPPORT));
  return [loadArgument(2), ...whenOneOf(protocols, ALLOW), refusal];
}

function whenOneOf(values: readonly number[], then: Instruction): readonly Instruction[] {
  return values.flatMap((value) => when('jumpIfEqual', value, [then]));
}
