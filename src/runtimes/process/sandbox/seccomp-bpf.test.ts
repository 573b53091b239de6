import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildSeccompFilter } from './seccomp.ts';
import { ERRNO } from './seccomp-rules.ts';
import { ARCHITECTURES, SYSCALLS, type FilteredArchitecture } from './seccomp-syscalls.ts';

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const refusal = (errno: number) => 0x00050000 + errno;

type Call = { arch?: number; number: number; args?: readonly number[] };

test.each(['x64', 'arm64'] as const)('%s: every verdict is the intended one', (arch) => {
  const run = (call: Call) =>
    evaluate(buildSeccompFilter(arch), { arch: ARCHITECTURES[arch].audit, ...call });
  const nr = numbersOf(arch);
  expect(run({ number: nr('mount') })).toBe(refusal(ERRNO.EPERM));
  expect(run({ number: nr('kcmp') })).toBe(refusal(ERRNO.EPERM));
  expect(run({ number: nr('clone3') })).toBe(refusal(ERRNO.ENOSYS));
  expect(run({ number: nr('clone'), args: [0x3d0f00] })).toBe(ALLOW);
  expect(run({ number: nr('clone'), args: [0x10000000 + 17] })).toBe(refusal(ERRNO.EPERM));
  expect(run({ number: nr('clone'), args: [0x00020000] })).toBe(refusal(ERRNO.EPERM));
  expect(run({ number: nr('unshare'), args: [0x200] })).toBe(ALLOW);
  expect(run({ number: nr('unshare'), args: [0x80] })).toBe(refusal(ERRNO.EPERM));
  expect(run({ number: nr('ioctl'), args: [0, 0x5401] })).toBe(ALLOW);
  expect(run({ number: nr('ioctl'), args: [0, 0x5412] })).toBe(refusal(ERRNO.EPERM));
  expect(run({ number: nr('personality'), args: [0xffffffff] })).toBe(ALLOW);
  expect(run({ number: nr('personality'), args: [0x400000] })).toBe(refusal(ERRNO.EPERM));
  expect(run({ number: nr('socket'), args: [2, 1, 0] })).toBe(ALLOW);
  expect(run({ number: nr('socket'), args: [10, 1, 132] })).toBe(refusal(ERRNO.EPROTONOSUPPORT));
  expect(run({ number: nr('openat'), args: [0, 0, 0o101, 0o4755] })).toBe(refusal(ERRNO.EPERM));
  expect(run({ number: nr('openat'), args: [0, 0, 0o1, 0o4755] })).toBe(ALLOW);
  expect(run({ number: nr('fchmod'), args: [0, 0o4755] })).toBe(refusal(ERRNO.EPERM));
  expect(run({ number: nr('fchmod'), args: [0, 0o2755] })).toBe(ALLOW);
  expect(run({ number: nr('socket'), args: [40, 1, 0] })).toBe(refusal(ERRNO.EAFNOSUPPORT));
  expect(run({ number: nr('socket'), args: [16, 3, 0] })).toBe(ALLOW);
  expect(run({ number: nr('socket'), args: [16, 3, 12] })).toBe(refusal(ERRNO.EPROTONOSUPPORT));
  expect(run({ number: 469 })).toBe(ALLOW);
  expect(run({ number: 470 })).toBe(refusal(ERRNO.ENOSYS));
  expect(run({ number: 0x40000000 + 1 })).toBe(refusal(ERRNO.ENOSYS));
  expect(run({ number: 1, arch: 0x40000003 })).toBe(KILL);
});

test('an architecture without a table is refused, never run unfiltered', () => {
  expect(() => buildSeccompFilter('riscv64')).toThrow(/no system call filter is known for riscv64/);
});

const HEADERS = {
  x64: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h',
  arm64: '/usr/include/asm-generic/unistd.h',
} as const;

for (const [arch, path] of Object.entries(HEADERS) as [FilteredArchitecture, string][]) {
  test.skipIf(!existsSync(path))(`${arch}: the table agrees with ${path}`, () => {
    const header = numbersInHeader(path);
    const column = ARCHITECTURES[arch].column;
    for (const [name, numbers] of Object.entries(SYSCALLS)) {
      // Headers older than the call do not have it.
      if (['open_tree_attr', 'fchmodat2'].includes(name) && !header.has(name)) continue;
      expect([name, numbers[column]]).toEqual([name, header.get(name) ?? null]);
    }
  });
}

function numbersInHeader(path: string): ReadonlyMap<string, number> {
  const defines = readFileSync(path, 'utf8').matchAll(/^#define __NR_(\w+)\s+(\d+)/gm);
  return new Map([...defines].map(([, name, number]) => [name!, Number(number)]));
}

function numbersOf(arch: FilteredArchitecture) {
  return (name: keyof typeof SYSCALLS): number => {
    const number = SYSCALLS[name][ARCHITECTURES[arch].column];
    if (number === null) throw new Error(`${name} does not exist on ${arch}`);
    return number;
  };
}

/** What the kernel does with the filter, for architectures that this machine cannot run. */
function evaluate(filter: Buffer, { arch, number, args = [] }: Call): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(arch ?? 0, 4);
  args.forEach((value, index) => data.writeBigUInt64LE(BigInt(value), 16 + 8 * index));
  let accumulator = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const operand = filter.readUInt32LE(at + 4);
    const code = filter.readUInt16LE(at);
    if (code === 0x06) return operand;
    if (code === 0x20) accumulator = data.readUInt32LE(operand);
    else at += 8 * filter.readUInt8(at + (holds(code, accumulator, operand) ? 2 : 3));
  }
  throw new Error('The filter has no verdict');
}

function holds(code: number, accumulator: number, operand: number): boolean {
  if (code === 0x15) return accumulator === operand;
  if (code === 0x35) return accumulator >= operand;
  if (code === 0x45) return (accumulator & operand) !== 0;
  throw new Error(`Unexpected opcode ${code}`);
}
