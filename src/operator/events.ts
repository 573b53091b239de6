import { randomBytes } from 'node:crypto';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import type { Meta } from '#runtimes/kubernetes/api/types.ts';

/** Of one object and reason, one in this time: `kubectl describe` shows what happens, not each of it. */
const EVERY_MS = 10_000;
const MOST_REMEMBERED = 10_000;
const MOST_TEXT = 1_000;

export type EventSubject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Meta;
};

export type Told = {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly text: string;
};

/** Tells of an object what happens to it, in the cluster's own way. What cannot be told is let go. */
export function createEvents(client: Client, onProblem: (error: unknown) => void) {
  const toldMs = new Map<string, number>();
  return (subject: EventSubject, { type, reason, text }: Told): void => {
    const { name, namespace = 'default', uid = '' } = subject.metadata;
    const key = `${uid}/${reason}`;
    const nowMs = performance.now();
    if (nowMs - (toldMs.get(key) ?? -Infinity) < EVERY_MS) return;
    if (toldMs.size >= MOST_REMEMBERED) toldMs.clear();
    toldMs.set(key, nowMs);
    const now = new Date().toISOString();
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name.slice(0, 200)}.${randomBytes(8).toString('hex')}`, namespace },
      involvedObject: {
        apiVersion: subject.apiVersion,
        kind: subject.kind,
        name,
        namespace,
        uid,
      },
      type,
      reason,
      message: text.slice(0, MOST_TEXT),
      source: { component: 'limber' },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
    client
      .request({ verb: 'POST', path: `/api/v1/namespaces/${namespace}/events`, body })
      .catch(onProblem);
  };
}
