import { spawn } from 'node:child_process';
import { LimberError } from '#model/errors.ts';

/** What builds and runs a virtual machine, and the Debian package that has it. */
export const TOOLS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  mksquashfs: 'squashfs-tools',
  gcc: 'gcc libc6-dev',
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
  tar: 'tar',
} as const;
export type MicrovmTool = keyof typeof TOOLS;

export type ToolOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
};

const MOST_WORDS_OF_PROBLEM = 600;

/** Runs a tool to its end and returns what it printed. Throws `image-build` with its last words. */
export async function runTool(
  tool: MicrovmTool,
  args: readonly string[],
  { cwd, env = {} }: ToolOptions = {},
): Promise<string> {
  const child = spawn(tool, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...env },
    ...(cwd !== undefined && { cwd }),
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(missing(tool, error)));
    child.once('close', resolve);
  });
  if (exitCode === 0) return said.out;
  const problem = `${tool}: ${(said.err || said.out).trim().slice(-MOST_WORDS_OF_PROBLEM)}`;
  throw new LimberError('image-build', {
    problem: problem.split('\n').join('; '),
    hint: 'Look whether `apt-get update` works here, and try again.',
  });
}

function missing(tool: MicrovmTool, cause: Error): LimberError {
  return new LimberError(
    'image-build',
    {
      problem: `the command \`${tool}\` is missing`,
      hint: `Install it: apt-get install -y ${TOOLS[tool]}`,
    },
    { cause },
  );
}
