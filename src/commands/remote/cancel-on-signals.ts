import type { LimberClient } from '#client/index.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** 128 + SIGINT, as of a program that a second Ctrl-C ends. */
const IMPATIENT_EXIT_CODE = 130;

/** The first signal cancels the execution there; the second does not wait for its end. */
export function cancelOnSignals(
  client: LimberClient,
  id: string,
  say: (text: string) => void,
): { readonly detach: () => void } {
  let isCancelled = false;
  const handler = (): void => {
    if (isCancelled) process.exit(IMPATIENT_EXIT_CODE);
    isCancelled = true;
    client.executions.cancel(id).catch((error: unknown) => {
      say(`limber: ${id} could not be cancelled: ${String(error)}`);
    });
  };
  for (const signal of SIGNALS) process.on(signal, handler);
  return {
    detach(): void {
      for (const signal of SIGNALS) process.off(signal, handler);
    },
  };
}
