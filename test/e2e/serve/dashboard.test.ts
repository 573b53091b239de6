import { expect } from 'vitest';
import { barriers, test } from './browser.ts';

/** Grows, goes on until its file is there, and prints. */
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

test('submit, watch it grow and shrink, read why, lock it, and see it end', async ({
  page,
  server,
}) => {
  await page.getByRole('link', { name: 'Run an example' }).click();
  await page.getByRole('textbox', { name: 'Code' }).fill(GROWS);
  await page.getByLabel('Labels').fill('team=browser');
  await page.getByRole('button', { name: 'What would it get?' }).click();
  await page.getByRole('heading', { name: 'It would start at once' }).waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).click();

  await page.getByRole('img', { name: /^Memory over time/ }).waitFor();
  const decisions = page.getByRole('region', { name: 'Decisions' });
  await decisions.getByText('↑').first().waitFor();
  const output = page.getByRole('log', { name: 'What it wrote' });
  await output.getByText('let go').waitFor();
  await decisions
    .getByRole('button', { name: /memory.*↓/ })
    .first()
    .click();
  await decisions.getByText('memory.unused').waitFor();
  const id = page.url().split('/').at(-1)!;

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
  await expect
    .poll(async () => (await server.get(id)) as object)
    .toMatchObject({
      scaling: { priority: 80 },
    });

  await page.getByRole('link', { name: 'Node' }).click();
  const holders = page.getByRole('region', { name: 'Who holds what' });
  await holders.getByRole('link', { name: 'def grow(held):' }).waitFor();
  await page.getByRole('img', { name: /^Memory of the node: .* allocated of/ }).waitFor();
  expect(await barriers(page)).toEqual([]);

  await page.getByRole('link', { name: 'Executions' }).click();
  await page.getByRole('searchbox').fill('team=browser');
  await page.getByRole('row').filter({ hasText: id }).getByText('Running').waitFor();
  await page.getByRole('searchbox').fill('team=other');
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
  await page.goBack();
  await steer.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled').waitFor();
});

type Loaded = { readonly name: string; readonly encodedBodySize: number };

test('nothing of the page is inline or from elsewhere, and it is small', async ({
  page,
  server,
}) => {
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
});
