import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import { hasStatus, ifThere } from '#runtimes/kubernetes/api/failure.ts';
import type { Meta } from '#runtimes/kubernetes/api/types.ts';

type Lease = {
  readonly metadata: Meta;
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
};

export type LeaderOptions = {
  readonly client: Client;
  readonly namespace: string;
  readonly name: string;
  /** Of this process among those that want to lead. */
  readonly identity: string;
  /** Who has not renewed for so long leads no more. */
  readonly durationMs: number;
  readonly onStart: () => Promise<void>;
  readonly onStop: () => Promise<void>;
  readonly onProblem: (error: unknown) => void;
  /** The API server has answered, whoever leads. */
  readonly onHeard?: () => void;
};

/**
 * Leads while it holds the Lease, and only one does. Expiry is judged by how long this process has
 * seen the lease unchanged, never by comparing clocks of two machines. Returns how to end: the lease
 * is then given back. Source: client-go's leader election.
 */
export function runForLeader(options: LeaderOptions): () => Promise<void> {
  const ended = new AbortController();
  const done = campaign(options, ended.signal);
  return async () => {
    ended.abort();
    await done;
  };
}

async function campaign(options: LeaderOptions, signal: AbortSignal): Promise<void> {
  const { durationMs, onStart, onStop, onProblem } = options;
  const seen: Seen = { version: '', atMs: 0 };
  let isLeading = false;
  let renewedMs = 0;
  const stopLeading = async (): Promise<void> => {
    if (!isLeading) return;
    isLeading = false;
    await onStop();
  };
  while (!signal.aborted) {
    try {
      const isHeld = await acquire(options, seen);
      options.onHeard?.();
      if (isHeld) renewedMs = performance.now();
      if (isHeld && !isLeading) {
        isLeading = true;
        await onStart();
      } else if (!isHeld) await stopLeading();
    } catch (error) {
      onProblem(error);
      // Another one may lead when the lease has expired: this one has stopped before.
      if (performance.now() - renewedMs > durationMs * RENEW_DEADLINE) await stopLeading();
    }
    await sleep(durationMs / RENEWALS, undefined, { signal }).catch(() => {});
  }
  const wasLeading = isLeading;
  await stopLeading();
  if (wasLeading) await giveBack(options).catch(onProblem);
}

const RENEWALS = 5;
const RENEW_DEADLINE = 2 / 3;

/** The version of the lease that was seen last, and since when. */
type Seen = { version: string; atMs: number };

async function acquire(options: LeaderOptions, seen: Seen): Promise<boolean> {
  const { client, identity, durationMs } = options;
  const path = pathOf(options);
  const lease = await ifThere(
    client.request<Lease>({ verb: 'GET', path: `${path}/${options.name}` }),
  );
  const now = new Date().toISOString().replace('Z', '000Z');
  if (!lease) return create(options, now);
  const { resourceVersion = '' } = lease.metadata;
  if (resourceVersion !== seen.version)
    [seen.version, seen.atMs] = [resourceVersion, performance.now()];
  const { holderIdentity = '', leaseTransitions = 0 } = lease.spec ?? {};
  const isMine = holderIdentity === identity;
  const isFree = holderIdentity === '' || performance.now() - seen.atMs > durationMs;
  if (!isMine && !isFree) return false;
  const taken = { acquireTime: now, leaseTransitions: leaseTransitions + 1 };
  return write(options, resourceVersion, {
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
    renewTime: now,
    ...(!isMine && taken),
  });
}

async function create(options: LeaderOptions, now: string): Promise<boolean> {
  const { client, namespace, name, identity, durationMs } = options;
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
    acquireTime: now,
    renewTime: now,
    leaseTransitions: 0,
  };
  const body = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace },
    spec,
  };
  return unlessConflict(client.request({ verb: 'POST', path: pathOf(options), body }));
}

/** With its version: of two that write at once, one is told. */
function write(options: LeaderOptions, resourceVersion: string, spec: object): Promise<boolean> {
  const path = `${pathOf(options)}/${options.name}`;
  const body = { metadata: { resourceVersion }, spec };
  return unlessConflict(options.client.request({ verb: 'PATCH', path, body }));
}

async function giveBack(options: LeaderOptions): Promise<void> {
  const path = `${pathOf(options)}/${options.name}`;
  const lease = await ifThere(options.client.request<Lease>({ verb: 'GET', path }));
  if (lease?.spec?.holderIdentity !== options.identity) return;
  await write(options, lease.metadata.resourceVersion ?? '', { holderIdentity: '' });
}

function pathOf({ namespace }: LeaderOptions): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
}

async function unlessConflict(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (hasStatus(error, 409)) return false;
    throw error;
  }
}
