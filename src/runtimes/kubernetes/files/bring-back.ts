import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import type { Client } from '../api/client.ts';
import { runInPod } from '../api/run-command.ts';
import type { ExecTarget } from '../api/exec.ts';

const TYPES = new Set(['File', 'Directory', 'SymbolicLink']);

/**
 * Writes what lies in the pod's work folder over `folder`. What comes is not trusted: names outside
 * of the folder, links to follow, devices and owners are not taken (the `tar` package checks the
 * first two). Resolves with what went wrong, undefined when all is there.
 */
export async function bringBack(
  client: Client,
  keeper: Omit<ExecTarget, 'command'>,
  { folder, mostBytes }: { readonly folder: string; readonly mostBytes: number },
): Promise<string | undefined> {
  const archive = new PassThrough();
  let bytes = 0;
  const written = pipeline(
    archive,
    extract({
      cwd: folder,
      preserveOwner: false,
      // The folder itself stays as it is.
      filter: (path, entry) => path !== './' && 'type' in entry && TYPES.has(entry.type),
    }),
  );
  try {
    const sent = runInPod(
      client,
      { ...keeper, command: ['tar', '-c', '-f', '-', '-C', '/work', '.'] },
      {
        onStdout(chunk) {
          bytes += chunk.length;
          if (bytes > mostBytes)
            archive.destroy(new Error(`they have more than ${mostBytes} bytes`));
          else if (!archive.destroyed) archive.write(chunk);
        },
      },
    );
    const { exitCode, stderr } = await Promise.race([sent, written.then(() => sent)]);
    archive.end();
    await written;
    if (exitCode === 0) return undefined;
    return stderr || 'the connection broke';
  } catch (error) {
    archive.destroy();
    await written.catch(() => undefined);
    return error instanceof Error ? error.message : String(error);
  }
}
