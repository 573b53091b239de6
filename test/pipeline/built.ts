import { buildDist } from '../../scripts/setup/dist.js';

/** Before the first file: end-to-end tests start what ships, `bin/limber.js`, from today's sources. */
export async function setup(): Promise<void> {
  await buildDist();
}
