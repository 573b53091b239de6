import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPABILITIES } from '../capabilities.ts';
import type { Box } from './box.ts';

const MIB = 2 ** 20;
/** What the other run takes. The second machine has 2 GiB in all. */
export const GROWN_MEBIBYTES = CAPABILITIES['inside-user-mode-linux']() ? 240 : 800;
/** What the two controllers take, which start after the node was looked at. */
const CONTROLLERS = 200;

/** A node that is short of memory as soon as half of what the other run is going to take is taken. */
export function nearlyFull(box: Box): { env: Record<string, string> } {
  const kilobytes = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'latin1'))![1];
  const takenBytes = (GROWN_MEBIBYTES / 2 + CONTROLLERS) * MIB;
  const lowMemoryBytes = Number(kilobytes) * 1024 - takenBytes;
  const path = box.write('config.json', JSON.stringify({ node: { lowMemoryBytes } }));
  return { env: { LIMBER_CONFIG: join(box.current, path) } };
}
