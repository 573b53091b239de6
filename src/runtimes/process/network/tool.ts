import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { LimberError } from '#model/errors.ts';

export const TOOLS = {
  ip: 'iproute2',
  tc: 'iproute2',
  nft: 'nftables',
  nsenter: 'util-linux',
} as const;
export type Tool = keyof typeof TOOLS;

/** A tool that ran and failed; `stderr` is what it said. Translated by whoever knows the intent. */
export class ToolFailure extends Error {
  readonly tool: Tool;
  readonly stderr: string;

  constructor(tool: Tool, stderr: string) {
    super(`${tool}: ${stderr.trim().split('\n').join('; ') || 'failed without a message'}`);
    this.name = 'ToolFailure';
    this.tool = tool;
    this.stderr = stderr;
  }
}

export type ToolRun = {
  readonly tool: Tool;
  readonly args: readonly string[];
  readonly input?: string;
};

/** Runs a tool to its end and returns what it printed. */
export async function runTool({ tool, args, input = '' }: ToolRun): Promise<string> {
  const child = spawn(requireTool(tool), args, { stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  // A tool that refuses its arguments leaves before it has read its input: EPIPE is no news then.
  child.stdin.on('error', (error) => (output.stderr ||= error.message)).end(input);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (exitCode !== 0) throw new ToolFailure(tool, output.stderr);
  return output.stdout;
}

/** The absolute path of a tool, or the error that says how to get it. */
export function requireTool(tool: Tool): string {
  const path = findTool(tool);
  if (path) return path;
  throw new LimberError('network-unavailable', {
    problem: `the command \`${tool}\` is missing`,
    hint: `Install it: apt-get install -y ${TOOLS[tool]}`,
  });
}

/** PATH of a login that is not root's often lacks the sbin folders, where these tools live. */
export function findTool(tool: string): string | undefined {
  const folders = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;
  return folders
    .split(':')
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => `${folder}/${tool}`)
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absence is the answer here, not an error.
    return false;
  }
}
