import { expect } from 'vitest';
import { requires } from '../../capabilities.ts';
import { test } from '../box.ts';
import { openBrowser, WITH_BROWSER } from './browser.ts';
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
      .poll(async () => numbersIn(await output.textContent()).length, { timeout: 60_000 })
      .toBeGreaterThan(told + 3);
    const numbers = numbersIn(await output.textContent());
    expect(numbers, 'none lost, none twice').toEqual(numbers.map((_, index) => index));

    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await close();
    await second.kill('SIGTERM');
    expect(complaints).toEqual([]);
  },
);

function numbersIn(text: string | null): readonly number[] {
  return [...(text ?? '').matchAll(/number (\d+)\n/g)].map(([, number]) => Number(number));
}
