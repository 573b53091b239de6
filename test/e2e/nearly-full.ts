import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPABILITIES } from '../capabilities.ts';
import type { RunSummary } from '#model/summary.ts';
import type { Box } from './box.ts';

const MIB = 2 ** 20;
/** What the other run takes. The second machine has 2 GiB in all. */
const GROWN_MEBIBYTES = CAPABILITIES['inside-user-mode-linux']() ? 240 : 2000;
/** What the two controllers take, which start after the node was looked at. */
const CONTROLLERS = 200;

/** A node that is short of memory as soon as half of what the other run is going to take is taken. */
function nearlyFull(box: Box): { env: Record<string, string> } {
  const kilobytes = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'latin1'))![1];
  const takenBytes = (GROWN_MEBIBYTES / 2 + CONTROLLERS) * MIB;
  const lowMemoryBytes = Number(kilobytes) * 1024 - takenBytes;
  const path = box.write('config.json', JSON.stringify({ node: { lowMemoryBytes } }));
  return { env: { LIMBER_CONFIG: join(box.current, path) } };
}

/** One run that ticks, and one of a higher priority that takes what makes the node short of memory. */
export async function lowBesideHigh(
  box: Box,
  { ticks, heldSeconds }: { readonly ticks: number; readonly heldSeconds: number },
) {
  const options = nearlyFull(box);
  const summaryPath = join(box.current, 'low.json');
  const low = box.start(
    ['run', '--priority', '10', '--summary', summaryPath, box.program('ticks.py'), `${ticks}`],
    options,
  );
  await low.prints('ticking');
  const grow = [box.program('grow.py'), `${GROWN_MEBIBYTES}`, `${heldSeconds}`];
  const high = await box.run(['--priority', '90', ...grow], options);
  const { exitCode, stderr } = await low.ended;
  const summary = JSON.parse(readFileSync(summaryPath, 'utf8')) as RunSummary;
  return { low: { exitCode, stderr, stdout: low.stdout, summary }, high };
}
