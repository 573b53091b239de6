import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { LimberError } from '#model/errors.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 30_000;
/** A token is asked for anew this long before it expires. */
const EARLY_MS = 30_000;

export type ExecPlugin = {
  readonly apiVersion: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
};

const answer = z.object({
  status: z.object({ token: z.string(), expirationTimestamp: z.string().optional() }),
});

/**
 * The token that a cloud's own program hands out, kept until it expires.
 * Source: client-go credential plugins, client.authentication.k8s.io/v1.
 */
export function execCredential(plugin: ExecPlugin, folder: string): () => Promise<string> {
  let known: { readonly token: string; readonly untilMs: number } | undefined;
  return async () => {
    if (known && Date.now() < known.untilMs) return known.token;
    const { token, expirationTimestamp } = await askPlugin(plugin, folder);
    const endMs = expirationTimestamp ? Date.parse(expirationTimestamp) : Number.NaN;
    known = { token, untilMs: Number.isNaN(endMs) ? Date.now() + EARLY_MS : endMs - EARLY_MS };
    return token;
  };
}

async function askPlugin({ apiVersion, command, args, env }: ExecPlugin, folder: string) {
  const given = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  try {
    const { stdout } = await run(command, [...(args ?? [])], {
      cwd: folder,
      env: { ...process.env, ...given, KUBERNETES_EXEC_INFO: info },
      timeout: TIMEOUT_MS,
    });
    return answer.parse(JSON.parse(stdout)).status;
  } catch (error) {
    throw new LimberError(
      'kubernetes-config',
      {
        problem: `the credential plugin ${command} gave no token (${(error as Error).message})`,
        hint: 'Run it by hand to see why; `kubectl get pods` must work.',
      },
      { cause: error },
    );
  }
}
