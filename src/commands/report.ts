import type { RunReportOptions } from '#cli/handlers.ts';
import { findRun } from '#cli/run-reader.ts';
import { runReport } from '#cli/run-report.ts';
import { resolvePaths, type Environment } from '#config/paths.ts';
import { openStore } from '#record/store.ts';
import { print, writeReport } from './deliver.ts';

/** `limber report`: one run as one file. Throws `execution-unknown` and `report-unwritable`. */
export async function reportRun(options: RunReportOptions, env: Environment): Promise<number> {
  const store = openStore(resolvePaths({ env, uid: process.getuid?.() ?? 0 }).home);
  try {
    const record = findRun(store, options.id);
    const text = runReport(
      {
        record,
        timeline: store.timeline(record.id),
        decisions: store.decisions(record.id),
        notes: store.notes(record.id),
      },
      options.format,
    );
    if (options.output === undefined) return await print(text);
    writeReport(options.output, text);
    return 0;
  } finally {
    store.close();
  }
}
