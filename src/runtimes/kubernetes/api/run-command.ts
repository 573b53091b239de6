import type { Client } from './client.ts';
import { openExec, type ExecTarget } from './exec.ts';

export type CommandResult = {
  /** Undefined when the connection broke before it was told. */
  readonly exitCode: number | undefined;
  readonly stderr: string;
};

const MOST_WORDS = 4096;
/** Of one message; the kubelet's side reads 32 KiB at a time. */
const PIECE_BYTES = 64 * 1024;

/** Runs a command in a container to its end, feeds it, and hands its output to `onStdout`. */
export async function runInPod(
  client: Client,
  target: ExecTarget,
  {
    input,
    onStdout = () => {},
  }: {
    readonly input?: AsyncIterable<Buffer> | Iterable<Buffer>;
    readonly onStdout?: (bytes: Buffer) => void;
  } = {},
): Promise<CommandResult> {
  let stderr = '';
  const exec = await openExec(client, target, {
    onStdout,
    onStderr(bytes) {
      if (stderr.length < MOST_WORDS) stderr += bytes.toString('utf8');
    },
  });
  if (input) await feed(exec, input);
  exec.end();
  return { exitCode: await exec.ended, stderr: stderr.trim() };
}

async function feed(
  exec: Awaited<ReturnType<typeof openExec>>,
  input: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<void> {
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES)
      if (!(await exec.write(chunk.subarray(at, at + PIECE_BYTES)))) return;
  }
}
