import { createHash } from 'node:crypto';
import type { LaunchSpec } from '#model/launch.ts';

/** What Limber marks its objects with. */
export const LABEL = {
  managedBy: 'app.kubernetes.io/managed-by',
  execution: 'limber.dev/execution',
  installation: 'limber.dev/installation',
  tenant: 'limber.dev/tenant',
  network: 'limber.dev/network',
} as const;

/** Of everything that is there for one execution. */
export function executionLabels(id: string, installation: string): Record<string, string> {
  return {
    [LABEL.managedBy]: 'limber',
    [LABEL.execution]: id,
    [LABEL.installation]: installation,
  };
}

/** What a later controller must know to adopt a pod. */
export const RECORD_ANNOTATION = 'limber.dev/record';

export const MAIN = 'main';
export const KEEPER = 'limber';

const LONGEST_LABEL = 63;

/** Another one for each attempt: of a lost pod nobody knows when the last trace of it is gone. */
export function podName({ id, pod }: Pick<LaunchSpec, 'id' | 'pod'>): string {
  const attempt = pod?.attempt ?? 1;
  return dnsLabel(attempt === 1 ? `limber-${id}` : `limber-${id}-${attempt}`);
}

/** A name that is none for Kubernetes becomes one that no other name becomes. */
export function dnsLabel(text: string): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  if (plain === text && text.length <= LONGEST_LABEL) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${plain.slice(0, LONGEST_LABEL - 9).replace(/^-+|-+$/g, '')}-${digest}`;
}

const FIRST_UID = 1_000_000;
const UIDS = 1_000_000_000;

/**
 * A user of its own for each pod: limits that the kernel counts by user (processes) are the pod's
 * alone, and nothing on the node belongs to two of them.
 */
export function userIdOf(executionId: string): number {
  const digest = createHash('sha256').update(executionId).digest();
  return FIRST_UID + (digest.readUInt32BE(0) % UIDS);
}
