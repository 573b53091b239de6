/**
 * The few instructions of classic BPF that a seccomp filter needs.
 * Encoding: struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }, linux/filter.h;
 * opcodes: linux/bpf_common.h; the data a filter sees and its verdicts: linux/seccomp.h.
 */
export type Instruction = {
  readonly code: number;
  /** Instructions to skip when the condition holds, and when it does not. */
  readonly skipIf: number;
  readonly skipElse: number;
  readonly operand: number;
};

const INSTRUCTION_BYTES = 8;

/** BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_J{EQ,GE,SET}|BPF_K, BPF_RET|BPF_K. */
export const CODE = {
  load: 0x20,
  jumpIfEqual: 0x15,
  jumpIfAtLeast: 0x35,
  jumpIfAnyBit: 0x45,
  return: 0x06,
} as const;

/** struct seccomp_data { int nr; u32 arch; u64 instruction_pointer; u64 args[6]; } */
const NUMBER_OFFSET = 0;
const ARCHITECTURE_OFFSET = 4;
const ARGUMENTS_OFFSET = 16;

export const VERDICT = {
  allow: 0x7fff0000,
  killProcess: 0x80000000,
  errno: (errno: number) => 0x00050000 | errno,
} as const;

export const loadNumber = (): Instruction => load(NUMBER_OFFSET);
export const loadArchitecture = (): Instruction => load(ARCHITECTURE_OFFSET);

/**
 * The low half of an argument, on a little-endian machine. The arguments that are checked are `int`
 * or have no meaning above bit 31, so the kernel drops the high half; comparing it as well would
 * open a way around the filter.
 */
export const loadArgument = (index: number): Instruction => load(ARGUMENTS_OFFSET + 8 * index);

export function verdict(value: number): Instruction {
  return { code: CODE.return, skipIf: 0, skipElse: 0, operand: value };
}

/** Runs `body` when the accumulator compares so; `body` must fit into a jump of 255 instructions. */
export function when(
  comparison: 'jumpIfEqual' | 'jumpIfAtLeast' | 'jumpIfAnyBit',
  operand: number,
  body: readonly Instruction[],
): readonly Instruction[] {
  if (body.length > 255) throw new RangeError(`A BPF jump of ${body.length} does not fit a byte`);
  return [{ code: CODE[comparison], skipIf: 0, skipElse: body.length, operand }, ...body];
}

/** Both supported architectures are little endian. */
export function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  program.forEach(({ code, skipIf, skipElse, operand }, index) => {
    const at = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(skipIf, at + 2);
    bytes.writeUInt8(skipElse, at + 3);
    bytes.writeUInt32LE(operand >>> 0, at + 4);
  });
  return bytes;
}

function load(offset: number): Instruction {
  return { code: CODE.load, skipIf: 0, skipElse: 0, operand: offset };
}
