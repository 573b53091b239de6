import { statSync } from 'node:fs';
import { spentBy } from '#loop/arbitrate.ts';
import { timelinePoint } from '#loop/managed.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import { spentView } from '#serve/executions/budget.ts';
import type { Services } from '#serve/services.ts';
import { efficiencySoFar, efficiencyOf } from './efficiency.ts';
import { isoTime } from './schemas/common.ts';

/** An execution as the API shows it, with what it has and uses now. */
export function executionView({ executions }: Services, execution: ServiceExecution) {
  const { id, result, startedAtMs, endedAtMs, outcome } = execution;
  const { summary, text } = result ?? {};
  // What has ended may still be being cleaned up.
  const isRunning = execution.state === 'running';
  const managed = isRunning ? executions.live(id)?.running?.managed : undefined;
  const paths = executions.paths(id);
  return {
    id,
    tenant: execution.tenant,
    state: execution.state,
    createdAt: isoTime(execution.createdAtMs),
    ...(startedAtMs !== undefined && { startedAt: isoTime(startedAtMs) }),
    ...(endedAtMs !== undefined && { endedAt: isoTime(endedAtMs) }),
    ...(outcome !== undefined && { outcome }),
    ...(summary && { exitCode: summary.exitCode, signal: summary.signal, summary }),
    ...(text !== undefined && { text }),
    labels: execution.labels,
    request: execution.request,
    scaling: execution.scaling,
    ...(managed && {
      allocation: managed.input.allocation,
      usage: timelinePoint(managed),
      forecast: managed.input.forecast,
      spent: spentView(spentBy(managed)),
      efficiency: efficiencySoFar(managed),
    }),
    ...(summary && { efficiency: efficiencyOf(summary) }),
    outputBytes: { stdout: sizeOf(paths.stdout), stderr: sizeOf(paths.stderr) },
  };
}

/** What one that runs is expected to use; of one alone, because it takes longer than all the rest. */
export function outlookOf({ executions }: Services, id: string) {
  const live = executions.live(id);
  return live?.running && live.outlooks.look(live.running.managed.input.constraints.max);
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
