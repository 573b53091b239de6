import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type CDPSession, type Page } from 'playwright-core';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

/** Seconds of the page's main thread. */
export type Spent = {
  readonly taskSeconds: number;
  readonly scriptSeconds: number;
  readonly layoutSeconds: number;
  readonly styleSeconds: number;
};

/** Debian's Chromium with a page of its own, for as long as `use` takes. */
export async function withPage<Result>(
  use: (page: Page, debug: CDPSession) => Promise<Result>,
): Promise<Result> {
  const profile = mkdtempSync(join(tmpdir(), 'limber-bench-page-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ARGS,
    viewport: { width: 1360, height: 900 },
  });
  try {
    const page = await context.newPage();
    const debug = await context.newCDPSession(page);
    await debug.send('Performance.enable');
    return await use(page, debug);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

export async function spentDuring(debug: CDPSession, work: () => Promise<void>): Promise<Spent> {
  const before = await metrics(debug);
  await work();
  const after = await metrics(debug);
  const between = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  return {
    taskSeconds: between('TaskDuration'),
    scriptSeconds: between('ScriptDuration'),
    layoutSeconds: between('LayoutDuration'),
    styleSeconds: between('RecalcStyleDuration'),
  };
}

async function metrics(debug: CDPSession): Promise<ReadonlyMap<string, number>> {
  const told = await debug.send('Performance.getMetrics');
  return new Map(told.metrics.map(({ name, value }) => [name, value]));
}
