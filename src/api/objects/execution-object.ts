import { z } from 'zod';
import type { Meta } from '#runtimes/kubernetes/api/types.ts';
import { newExecution, type NewExecutionBody } from '../schemas/execution.ts';

export const PLURAL = 'executions';
/** Of the execution: the uid of the object that asks for it. */
export const OBJECT_LABEL = 'limber.dev/object';

export type Phase = 'Queued' | 'Running' | 'Succeeded' | 'Failed';

export type ExecutionStatus = {
  readonly observedGeneration: number;
  readonly phase: Phase;
  readonly execution?: string;
  readonly outcome?: string;
  readonly exitCode?: number;
  readonly message?: string;
  readonly startTime?: string;
  readonly completionTime?: string;
  /** In Kubernetes' notation. */
  readonly allocation?: { readonly cpu: string; readonly memory: string };
  readonly stdout?: string;
  readonly stderr?: string;
};

/** As it is stored in the cluster: its `spec` is read by `readObject`. */
export type ExecutionObject = {
  readonly metadata: Meta;
  readonly spec: unknown;
  readonly status?: Partial<ExecutionStatus>;
};

const alsoAsked = z.looseObject({ ttlSecondsAfterFinished: z.int().min(0).optional() });

/** What it asks for, as a caller of the API would; or what is wrong with it. */
export function readObject({
  metadata,
  spec,
}: ExecutionObject): { readonly body: NewExecutionBody } | { readonly problem: string } {
  const { ttlSecondsAfterFinished: _ttl, ...asked } = spec as Record<string, unknown>;
  const read = newExecution.safeParse(asked);
  if (!read.success) return { problem: z.prettifyError(read.error) };
  const labels = { ...read.data.labels, [OBJECT_LABEL]: metadata.uid ?? '' };
  return { body: { ...read.data, labels } };
}

/** How long it is kept after its end, in milliseconds; undefined for good. */
export function keptMs({ spec }: ExecutionObject): number | undefined {
  const read = alsoAsked.safeParse(spec);
  const seconds = read.success ? read.data.ttlSecondsAfterFinished : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}
