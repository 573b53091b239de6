import type { RunReportOptions } from '#cli/handlers.ts';
import { findRun } from '#cli/run-reader.ts';
import { runReport } from '#cli/run-report.ts';
import { resolvePaths, type Environment } from '#config/paths.ts';
import { LimberError } from '#model/errors.ts';
import { openStore } from '#record/store.ts';
import { print, writeReport } from './deliver.ts';

/** `limber report`: one run as one file. Throws `execution-unknown` and `report-unwritable`. */
export async function reportRun(options: RunReportOptions, env: Environment): Promise<number> {
  const store = openStore(resolvePaths({ env, uid: process.getuid?.() ?? 0 }).home);
  try {
    const record = findRun(store, options.id);
    const file = await runReport(
      {
        record,
        timeline: store.timeline(record.id),
        decisions: store.decisions(record.id),
        notes: store.notes(record.id),
      },
      options.format,
    );
    if (options.output === undefined) {
      refuseTerminal(options.format);
      return await print(file);
    }
    writeReport(options.output, file);
    return 0;
  } finally {
    store.close();
  }
}

/** The bytes of a picture would be noise there. */
function refuseTerminal(format: RunReportOptions['format']): void {
  if (format !== 'png' || !process.stdout.isTTY) return;
  throw new LimberError('usage-invalid', {
    problem: 'A PNG is nothing for a terminal',
    hint: 'Name a file with -o.',
  });
}
