import type { Socket } from 'node:net';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { Services } from '#serve/services.ts';

/** The execution as it is when it has ended, when the time is over, or when nobody waits any more. */
export async function whenEnded(
  { store, bus }: Services,
  execution: ServiceExecution,
  { waitMs, socket }: { readonly waitMs: number; readonly socket: Socket },
): Promise<ServiceExecution> {
  const { id } = execution;
  if (waitMs === 0 || execution.state === 'ended') return execution;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = bus.subscribe({ execution: id, kinds: ['state'] }, (events) => {
    if (events.some(({ body }) => (body as { state: string }).state === 'ended')) resolve();
  });
  const timer = setTimeout(resolve, waitMs);
  socket.once('close', resolve);
  try {
    // It may have ended before anybody listened.
    if (store.find(id)?.state === 'ended') resolve();
    await promise;
  } finally {
    stop();
    clearTimeout(timer);
    socket.off('close', resolve);
  }
  return store.find(id) ?? execution;
}
