import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchServer } from '../serve/server.ts';
import { figuresOf, framesDuring, sixtyASecond } from './frames.ts';
import { eventsOf, prolonged, withPast } from './long-run.ts';
import { withPage } from './page.ts';

const POINTS = 10_000;
const WATCHED_MS = 8000;
const TURNS = 240;
const [CTRL, SHIFT] = [2, 8];

/** Grows and shrinks, computes and waits: with decisions and phases as a real run has them. */
const CHANGES = `
import time
held = []
def grow(blocks):
    for number in range(blocks):
        held.append(bytearray(8 * 1024 * 1024)); time.sleep(0.05)
def compute(rounds):
    total = 0
    for number in range(rounds): total += number * number % 7
    return total
for turn in range(TURNS):
    grow(12); compute(1500000); held.clear(); time.sleep(0.7)
`;

/** Charts of one execution with ten thousand points and more that come: frames while it is looked at. */
export async function benchCharts(server: BenchServer) {
  const short = await begin(server, 4);
  await server.call('GET', `/v1/executions/${short}?waitMs=120000`);
  const past = prolonged(await eventsOf(server.url, short), POINTS);
  const live = await begin(server, 400);
  const proxy = await withPast(server.url, live, past);
  try {
    return await withPage(async (page, debug) => {
      await page.goto(`${proxy.url}/#/executions/${live}`);
      const chart = page.getByRole('img', { name: /^Memory over time/ });
      await chart.waitFor();
      // Until all of the past is there and the live events come.
      await page.locator('.line.current').waitFor({ timeout: 120_000 });
      await sleep(3000);
      const box = (await chart.boundingBox())!;
      const at = { x: box.x + box.width * 0.6, y: box.y + box.height / 2 };
      const watch = await framesDuring(debug, () => sleep(WATCHED_MS));
      const mouse = (type: 'mouseWheel' | 'mouseMoved', event: object) =>
        debug.send('Input.dispatchMouseEvent', { type, ...at, ...event });
      const wheel = (modifiers: number, half: number) => (turn: number) =>
        mouse('mouseWheel', {
          deltaX: 0,
          deltaY: turn % (2 * half) < half ? -40 : 40,
          modifiers,
        });
      // Before it is measured, so that the engine has compiled what draws.
      await sixtyASecond(TURNS, wheel(CTRL, 20));
      const zoom = await framesDuring(debug, () => sixtyASecond(TURNS, wheel(CTRL, 20)));
      await chart.press('0');
      for (let press = 0; press < 3; press++) await chart.press('+');
      const pan = await framesDuring(debug, () => sixtyASecond(TURNS, wheel(SHIFT, 30)));
      await chart.press('0');
      const hover = await framesDuring(debug, () =>
        sixtyASecond(TURNS, (turn) =>
          mouse('mouseMoved', { x: box.x + 90 + ((turn * 7) % (box.width - 120)) }),
        ),
      );
      return {
        points: POINTS,
        decisions: past.filter(({ kind }) => kind === 'decision').length,
        live: figuresOf(watch),
        zoom: figuresOf(zoom),
        pan: figuresOf(pan),
        hover: figuresOf(hover),
      };
    });
  } finally {
    proxy.close();
  }
}

async function begin(server: BenchServer, turns: number): Promise<string> {
  const { body } = await server.call('POST', '/v1/executions', {
    code: CHANGES.replace('TURNS', String(turns)),
    language: 'python',
  });
  return (JSON.parse(body) as { id: string }).id;
}
