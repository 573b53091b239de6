import { LimberError } from '#model/errors.ts';
import type { Pod } from '../api/types.ts';
import { endOf, mainStatus } from './end.ts';
import type { Pods } from './pods.ts';

/** What does not get better by waiting. `ErrImagePull` may: the second try is a back-off. */
const HOPELESS = new Set([
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
]);

/** Resolves when the program's container runs or has run. Throws `pod-not-started`. */
export async function whenStarted(
  pods: Pods,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  timeoutMs: number,
): Promise<Pod> {
  const { promise, resolve, reject } = Promise.withResolvers<Pod>();
  let last: Pod | undefined;
  const timer = setTimeout(
    () =>
      reject(
        notStarted(
          name,
          waitingFor(last),
          'Raise kubernetes.startTimeoutMs if it only takes long.',
        ),
      ),
    timeoutMs,
  );
  const stop = await pods.follow(namespace, name, (pod) => {
    if (!pod) return last && reject(notStarted(name, 'it was deleted', ''));
    last = pod;
    const state = mainStatus(pod)?.state;
    if (state?.running || state?.terminated) return resolve(pod);
    const end = endOf(pod, false);
    if (end?.lost !== undefined) return reject(notStarted(name, end.lost, ''));
    const hopeless = hopelessness(pod);
    if (hopeless) reject(notStarted(name, hopeless, 'Check --image and kubernetes.images.'));
  });
  return promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}

function hopelessness(pod: Pod): string | undefined {
  for (const { state } of pod.status?.containerStatuses ?? []) {
    const { reason = '', message } = state?.waiting ?? {};
    if (HOPELESS.has(reason)) return `${reason}${message ? `, ${message}` : ''}`;
  }
  return undefined;
}

function waitingFor(pod: Pod | undefined): string {
  const scheduled = pod?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return `no node takes it (${scheduled.message ?? ''})`;
  const reason = mainStatus(pod)?.state?.waiting?.reason;
  return reason ? `it still waits (${reason})` : 'it is not running in time';
}

function notStarted(pod: string, problem: string, hint: string): LimberError {
  return new LimberError('pod-not-started', { pod, problem, hint });
}
