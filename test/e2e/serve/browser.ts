import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { requires } from '../../capabilities.ts';
import type { Box } from '../box.ts';
import { test as withServer } from './server.ts';

/** Debian's; none is downloaded. */
const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Of each step, on a machine that does other things as well: longer than any takes, and no test waits it out. */
export const PATIENCE_MS = 90_000;
export const WITH_BROWSER = { timeout: 360_000 };

export type Browser = {
  readonly page: Page;
  /** What the page complained of, and what its policy refused. */
  readonly complaints: string[];
  readonly close: () => Promise<void>;
};

/** A real browser with a profile of its own. */
export async function openBrowser(box: Box, width = 1280): Promise<Browser> {
  const profile = join(box.folder, 'profile');
  mkdirSync(profile, { recursive: true });
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: ARGS,
    viewport: { width, height: 900 },
    timeout: PATIENCE_MS,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const isNetwork = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isNetwork) complaints.push(message.text());
  });
  return { page, complaints, close: () => context.close() };
}

/** A server and a browser that shows its dashboard, without a complaint until the end. */
export const test = withServer.extend<{ page: Page }>({
  page: async ({ server, box, skip }, use) => {
    requires({ skip }, 'chromium');
    const { page, complaints, close } = await openBrowser(box);
    try {
      await page.goto(server.url);
      await use(page);
    } finally {
      await close();
    }
    expect(complaints).toEqual([]);
  },
});

/** What keeps people from using the page as it stands: serious findings of axe, and dark text on dark. */
export async function barriers(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  const colours = page.getByLabel('Colours');
  for (const [theme, rules] of [
    ['light', '{}'],
    ['dark', `{ runOnly: ['color-contrast'] }`],
  ] as const) {
    await colours.selectOption(theme);
    // By the debugger: the page's policy lets no other script in.
    const { violations } = await page.evaluate<AxeResults>(`${axe.source}; axe.run(${rules})`);
    for (const { id, impact, nodes } of violations)
      if (impact === 'serious' || impact === 'critical')
        found.push(`${theme}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' ')}`);
  }
  return found;
}
