import { relative } from 'node:path';
import { isInside } from '#model/shown-folders.ts';
import type { RunEvent } from '#model/events.ts';
import type { CompletedRun, WatchedRun } from '#loop/run-execution.ts';
import type { OutputStream } from '#loop/output.ts';
import { ownController } from '#record/controller-process.ts';
import { openOutputLog } from '#record/output-log.ts';
import { featuresIn } from './prepare-run.ts';
import type { Engine } from './engine.ts';

export type RecordingOptions = {
  readonly warn: (problem: string) => void;
  /** False where the output is kept by others. */
  readonly keepsOutput?: boolean;
  readonly flushEveryMs?: number;
};

type Problem = { readonly text: string };

/**
 * One admitted run's place in the store and the ledger. Lifecycle: open → observe, log … → finish → close.
 * Once the program runs, nothing here can stop it: what cannot be recorded is said once.
 */
export function openRecording(
  engine: Engine,
  prepared: WatchedRun,
  { warn, keepsOutput = true, flushEveryMs = 1_000 }: RecordingOptions,
) {
  const { store, ledger, config } = engine;
  const { id, submission, profile } = prepared;
  const { recorder, output } = begin(engine, prepared, { keepsOutput, flushEveryMs });
  const tolerating = createTolerance(warn);

  return {
    log: (stream: OutputStream, chunk: Buffer): void => output?.write(stream, chunk),
    observe: (event: RunEvent): void =>
      tolerating(() => {
        if (event.kind === 'launched') store.launched(id, { ...event, profile });
        if (event.kind === 'sampled') return recorder.point(event.point);
        if (event.kind === 'decided') return recorder.decision(event.decision);
        return event.kind === 'noted' ? recorder.note(event.note) : undefined;
      }),
    finish({ summary, timeline, places }: CompletedRun): void {
      tolerating(() => recorder.close());
      tolerating(() => store.finish(id, summary));
      tolerating(() =>
        store.learn({
          summary,
          timeline,
          places,
          submission,
          title: titleOf(prepared),
          ...featuresIn(profile),
          atMs: Date.now(),
        }),
      );
      tolerating(() => store.pruneAfterRun({ ...config.store, nowMs: Date.now() }));
    },
    /** The run never began: what was written of it would only puzzle. */
    abandon(error: unknown): void {
      tolerating(() => recorder.close());
      tolerating(() => store.markLost(id, messageOf(error)));
    },
    close(): void {
      tolerating(() => output?.close());
      ledger.release(id);
    },
  };
}

/** Before the program runs, a place that cannot be had refuses the run. */
function begin(
  { store, ledger, config }: Engine,
  prepared: WatchedRun,
  { keepsOutput, flushEveryMs }: Omit<Required<RecordingOptions>, 'warn'>,
) {
  const { id, submission } = prepared;
  try {
    if (store.has(id)) store.takeOver(id, ownController());
    else
      store.begin({
        id,
        startedAtMs: Date.now(),
        title: titleOf(prepared),
        submission,
        ...ownController(),
      });
    const output = keepsOutput
      ? openOutputLog(store.logFolder(id), config.limits.keptOutputBytes)
      : undefined;
    return { recorder: store.recorder(id, { flushEveryMs }), output };
  } catch (error) {
    ledger.release(id);
    throw error;
  }
}

function createTolerance(warn: (problem: string) => void) {
  let warned = false;
  const tell = (problem: string): void => {
    if (!warned) warn(problem);
    warned = true;
  };
  return (record: () => Problem | undefined | void): void => {
    try {
      const problem = record();
      if (problem) tell(problem.text);
    } catch (error) {
      tell(messageOf(error));
    }
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What it is called in `ps`: short, as its user typed it, where the script lies below the folder. */
function titleOf({ submission }: WatchedRun): string {
  const { scriptPath, currentFolder, args } = submission;
  if (scriptPath === undefined) return args.join(' ');
  const name = isInside(scriptPath, currentFolder)
    ? relative(currentFolder, scriptPath)
    : scriptPath;
  return [name, ...args].join(' ');
}
