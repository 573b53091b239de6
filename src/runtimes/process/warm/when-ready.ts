import { LimberError } from '#model/errors.ts';
import type { MessageReceiver } from '#model/instance.ts';

/**
 * Resolves when the interpreter waits for its execution: its first word says so, and no program has
 * run there that could say anything else.
 */
export function whenReady(
  onMessage: (receive: MessageReceiver) => () => void,
  ended: Promise<unknown>,
  deadlineMs: number,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (problem: string) =>
    reject(
      new LimberError('sandbox-unavailable', {
        problem,
        hint: 'Executions start without a warm instance.',
      }),
    );
  const timer = setTimeout(() => failed('the interpreter did not come up'), deadlineMs);
  const stopListening = onMessage((line) => {
    if (line.includes('"ready"')) resolve();
  });
  void ended.then(() => failed('the interpreter ended'));
  return promise.finally(() => {
    clearTimeout(timer);
    stopListening();
  });
}
