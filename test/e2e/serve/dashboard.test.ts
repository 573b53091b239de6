import { expect } from 'vitest';
import type { NodePast, Replayed } from '#client/index.ts';
import { barriers, PATIENCE_MS, test, WITH_BROWSER } from './browser.ts';

/** Holds more and more, lets it go, and waits. */
const GROWS = `
import time
def grow(held):
    held.append(bytearray(16 * 1024 * 1024)); time.sleep(0.1)
held = []
for number in range(12): grow(held)
print('holds it', flush=True)
time.sleep(1)
held.clear()
print('let go', flush=True)
time.sleep(600)
`;

test(
  'submit, watch it grow and shrink, read why, lock it, and see it end',
  WITH_BROWSER,
  async ({ page, server }) => {
    await page.getByRole('link', { name: 'Run an example' }).click();
    await page.getByRole('textbox', { name: 'Code' }).fill(GROWS);
    await page.getByLabel('Labels').fill('team=browser');
    await page.getByRole('button', { name: 'What would it get?' }).click();
    await page.getByRole('heading', { name: /^It would (start at once|wait)/ }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Run', exact: true }).click();

    await page.getByRole('img', { name: /^Memory over time/ }).waitFor();
    const id = page.url().split('/').at(-1)!;
    const decisions = page.getByRole('region', { name: 'Decisions' });
    await decisions.getByText('↑').first().waitFor();
    await page.getByRole('log', { name: 'What it wrote' }).getByText('let go').waitFor();
    await decisions
      .getByRole('button', { name: /memory.*↓/ })
      .first()
      .click();
    await decisions.getByText(/^memory\.unused$/).waitFor();
    await page
      .getByText(/in \d+ s up to/)
      .first()
      .waitFor();
    await page.getByRole('region', { name: 'Phases' }).getByText('waiting in line 11').waitFor();
    await page.locator('.line.current', { hasText: 'time.sleep(600)' }).waitFor();
    await page.locator('.line', { hasText: 'bytearray' }).locator('.heat:not(:empty)').waitFor();
    await page.getByRole('region', { name: 'Complexity' }).getByText('Foreseen').waitFor();
    expect(await barriers(page)).toEqual([]);

    const steer = page.getByRole('region', { name: 'Steer' });
    await steer.getByRole('button', { name: 'Lock size' }).click();
    await steer.getByRole('button', { name: 'Unlock size' }).waitFor();
    expect((await server.get(id)) as object).toMatchObject({ scaling: { mode: 'locked' } });
    await steer.getByLabel('Memory').fill('300Mi');
    await steer.getByRole('button', { name: 'Resize' }).click();
    await decisions.getByText('300 MiB').first().waitFor();
    await steer.getByLabel('Priority').fill('80');
    await steer.getByRole('button', { name: 'Set priority' }).click();
    const priority = { scaling: { priority: 80 } };
    await expect
      .poll(async () => (await server.get(id)) as object, { timeout: PATIENCE_MS })
      .toMatchObject(priority);

    await page.getByRole('link', { name: 'Node' }).click();
    const holders = page.getByRole('region', { name: 'Who holds what' });
    await holders.getByRole('link', { name: 'def grow(held):' }).waitFor();
    await page.getByRole('img', { name: /^Memory of the node: [1-9].* allocated of/ }).waitFor();
    // The server has kept what was before the page was opened.
    const { at } = (await server.send<NodePast>('GET', '/v1/node/history')).body.readings[0]!;
    const since = await page.evaluate((iso) => new Date(iso).toLocaleTimeString(), at);
    await page.getByText(`since ${since}`).waitFor();
    expect(await barriers(page)).toEqual([]);

    await page.getByRole('link', { name: 'Executions' }).click();
    await page.getByRole('searchbox').fill('team=other');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.getByRole('searchbox').fill('team=browser');
    await page.getByRole('row').filter({ hasText: id }).getByText('Running').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('link', { name: 'def grow(held):' }).click();
    await steer.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').first().waitFor();
  },
);

test(
  'compare policies on a recorded run, and try one before it is saved',
  WITH_BROWSER,
  async ({ page, server }) => {
    const { id } = await server.python(GROWS.replace('600', '1'));
    await page.getByRole('link', { name: 'def grow(held):' }).click();
    await page.getByRole('link', { name: 'Compare policies' }).click();
    await page.getByRole('button', { name: 'Replay' }).click();
    const cost = page.getByRole('region', { name: 'Cost and stalls' });
    await cost.getByRole('row', { name: /^as it happened/ }).waitFor();
    await cost.getByRole('row', { name: /^threshold/ }).waitFor();
    expect(await barriers(page)).toEqual([]);

    await page.getByRole('link', { name: 'Policies', exact: true }).click();
    await page.getByLabel('Name').fill('bold');
    await page.getByLabel('Memory per step').fill('1Gi');
    await page.getByRole('button', { name: 'Preview' }).click();
    await cost.getByRole('row', { name: /^with your settings/ }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved as version 1').waitFor();
    const { body } = await server.send<object>('GET', '/v1/policies/bold');
    expect(body).toMatchObject({ policy: 'threshold', settings: { 'factors.memoryBytes': '1Gi' } });

    const send = (policies: readonly object[]) =>
      server.send<Replayed>('POST', `/v1/executions/${id}/replay`, { json: { policies } });
    const { curves } = (await send([{ policy: 'unlimited' }, { policy: 'bold' }])).body;
    const [happened, unlimited, bold] = curves;
    expect(curves.map(({ name }) => name)).toEqual(['', 'unlimited', 'bold']);
    expect(unlimited!.gibibyteSeconds).toBeGreaterThan(happened!.gibibyteSeconds);
    expect(Math.max(...bold!.memoryBytesAllocated)).toBeGreaterThan(2 ** 30);
    expect((await send([{ policy: 'nobody' }])).status).toBe(404);
  },
);

type Loaded = { readonly name: string; readonly encodedBodySize: number };

test(
  'nothing of the page is inline or from elsewhere, and it is small',
  WITH_BROWSER,
  async ({ page, server }) => {
    await page.getByRole('heading', { name: 'Nothing has run yet' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    const answer = await fetch(`${server.url}/`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    const loaded = await page.evaluate(() =>
      (performance.getEntriesByType('resource') as unknown as Loaded[]).map(
        ({ name, encodedBodySize }) => ({ name, encodedBodySize }),
      ),
    );
    const files = loaded.filter(({ name }) => /\.(js|css|svg)$/.test(name));
    expect(files.filter(({ name }) => !name.startsWith(server.url))).toEqual([]);
    expect(files.length).toBeGreaterThan(1);
    const bytes = files.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(150_000);
  },
);
