import { expect } from 'vitest';
import { requires } from '../../capabilities.ts';
import { test } from '../box.ts';
import { openBrowser, PATIENCE_MS, WITH_BROWSER } from './browser.ts';
import { Server } from './server.ts';

const COUNTS = `
import time
for number in range(100000):
    print('number', number, flush=True)
    time.sleep(0.2)
`;

test(
  'signs in with a key, and goes on when the server is back',
  WITH_BROWSER,
  async ({ box, skip }) => {
    requires({ skip }, 'chromium');
    const { stdout } = await box.limber(['key', 'create', '--scopes', 'run,steer,read']);
    const key = stdout.toString().trim();
    const office = await box.limber(['key', 'create', '--scopes', 'admin', '--tenant', 'office']);
    const first = await new Server(box, []).start();
    const { id } = await first.begin({ code: COUNTS, language: 'python' }, key);
    const { page, complaints, close } = await openBrowser(box);
    await page.goto(`${first.url}/#/executions/${id}`);
    await page.getByLabel('API key').fill('limber_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('That key is not known here').waitFor();
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const output = page.getByRole('log', { name: 'What it wrote' });
    await output.getByText('number 3').waitFor();

    await first.kill('SIGTERM');
    await page.getByText('The server does not answer').waitFor();
    const told = numbersIn(await output.textContent()).length;
    const second = await new Server(box, ['--port', new URL(first.url).port]).start();
    await page.getByText('The server does not answer').waitFor({ state: 'detached' });
    await expect
      .poll(async () => numbersIn(await output.textContent()).length, { timeout: PATIENCE_MS })
      .toBeGreaterThan(told + 3);
    const numbers = numbersIn(await output.textContent());
    expect(numbers, 'none lost, none twice').toEqual(numbers.map((_, index) => index));

    const holders = page.getByRole('region', { name: 'Who holds what' });
    await page.getByRole('link', { name: 'Node' }).click();
    await holders.getByRole('link', { name: 'for number in range' }).waitFor();
    expect(await holders.getByText('Tenant').count(), 'others are not told of').toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').fill(office.stdout.toString().trim());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await holders.getByText(/^Tenant default: \d+ more/).waitFor();
    expect(await holders.getByRole('link', { name: 'for number' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Executions' }).click();
    await page.getByRole('link', { name: 'for number in range' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').first().waitFor();
    await close();
    await second.kill('SIGTERM');
    expect(complaints).toEqual([]);
  },
);

function numbersIn(text: string | null): readonly number[] {
  return [...(text ?? '').matchAll(/number (\d+)\n/g)].map(([, number]) => Number(number));
}
