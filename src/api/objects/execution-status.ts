import { closeSync, openSync, readSync } from 'node:fs';
import type { Told } from '#operator/events.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import { cpuQuantity } from '#runtimes/kubernetes/quantity.ts';
import type { Services } from '#serve/services.ts';
import { executionView, sizeOf } from '../execution-view.ts';
import type { ExecutionObject, ExecutionStatus, Phase } from './execution-object.ts';

const TAIL_BYTES = 4096;
const MIB = 2 ** 20;

/** What `kubectl` shows of an execution. */
export function statusOf(
  services: Services,
  { metadata }: ExecutionObject,
  execution: ServiceExecution,
): ExecutionStatus {
  const { exitCode, ...view } = executionView(services, execution);
  const { id, startedAt, endedAt, outcome, text, allocation } = view;
  const paths = services.executions.paths(id);
  return {
    observedGeneration: metadata.generation ?? 0,
    phase: phaseOf(execution),
    execution: id,
    ...(outcome !== undefined && { outcome }),
    ...(exitCode !== undefined && { exitCode }),
    ...(text !== undefined && { message: text }),
    ...(startedAt !== undefined && { startTime: startedAt }),
    ...(endedAt !== undefined && { completionTime: endedAt }),
    ...(allocation && {
      allocation: {
        cpu: cpuQuantity(allocation.cpuCores),
        memory: `${Math.ceil(allocation.memoryBytes / MIB)}Mi`,
      },
    }),
    ...(execution.state === 'ended' && {
      stdout: tailOf(paths.stdout),
      stderr: tailOf(paths.stderr),
    }),
  };
}

/** Of one that never came to be an execution. */
export function refused({ metadata }: ExecutionObject, message: string): ExecutionStatus {
  return { observedGeneration: metadata.generation ?? 0, phase: 'Failed', message };
}

/** An event of the object that has come to this. */
export function newsOf({ phase, execution, outcome, exitCode, message }: ExecutionStatus): Told {
  const words = [
    execution && `execution ${execution}`,
    outcome,
    exitCode !== undefined && `exit code ${exitCode}`,
    message,
  ];
  const text = words.filter(Boolean).join(', ');
  return { type: phase === 'Failed' ? 'Warning' : 'Normal', reason: phase, text };
}

function phaseOf({ state, outcome }: ServiceExecution): Phase {
  if (state === 'queued') return 'Queued';
  if (state === 'running') return 'Running';
  return outcome === 'succeeded' ? 'Succeeded' : 'Failed';
}

/** What is no UTF-8 is shown as U+FFFD: the whole of it is at the API. */
function tailOf(path: string): string {
  const size = sizeOf(path);
  if (size === 0) return '';
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  const file = openSync(path, 'r');
  try {
    const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, read).toString();
  } finally {
    closeSync(file);
  }
}
