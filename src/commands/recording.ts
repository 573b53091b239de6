import type { RunEvent } from '#model/events.ts';
import type { CompletedRun, PreparedRun } from '#loop/run-execution.ts';
import type { OutputStream } from '#loop/output.ts';
import { ownController } from '#record/controller-process.ts';
import { openOutputLog } from '#record/output-log.ts';
import type { Engine } from './engine.ts';

/** One run's place in the ledger and the store. Lifecycle: open → observe, log … → finish → close. */
export function openRecording(engine: Engine, prepared: PreparedRun) {
  const { store, ledger, config } = engine;
  const { id, submission, profile, spec } = prepared;
  const controller = ownController();
  if (submission.policy !== 'unlimited') {
    const { min } = submission.constraints;
    ledger.admit(id, { ...controller, min, wanted: spec.initial });
  }
  store.begin({ id, startedAtMs: Date.now(), title: titleOf(prepared), submission, ...controller });
  const recorder = store.recorder(id);
  const output = openOutputLog(store.logFolder(id), config.limits.keptOutputBytes);

  return {
    log: (stream: OutputStream, chunk: Buffer): void => output.write(stream, chunk),
    observe(event: RunEvent): void {
      if (event.kind === 'launched') store.launched(id, { ...event, profile });
      if (event.kind === 'sampled') recorder.point(event.point);
      if (event.kind === 'decided') recorder.decision(event.decision);
      if (event.kind === 'noted') recorder.note(event.note);
    },
    finish({ summary, timeline }: CompletedRun): void {
      recorder.close();
      store.finish(id, summary);
      store.learn({ summary, timeline, submission, atMs: Date.now() });
      store.prune({ ...config.store, nowMs: Date.now() });
    },
    /** The run never began: what was written of it would only puzzle. */
    abandon(error: unknown): void {
      recorder.close();
      store.markLost(id, error instanceof Error ? error.message : String(error));
    },
    close(): void {
      output.close();
      ledger.release(id);
    },
  };
}

function titleOf({ submission }: PreparedRun): string {
  const { scriptPath, args } = submission;
  return [...(scriptPath === undefined ? [] : [scriptPath]), ...args].join(' ');
}
