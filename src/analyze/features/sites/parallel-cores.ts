import type { LiveQuantity } from '#model/live-quantity.ts';
import { ofName } from '#analyze/features/by-name.ts';
import { argumentsOf } from '#analyze/features/callee.ts';
import { quantityOf, type Standpoint } from '#analyze/features/live-quantity.ts';
import type { Call } from '#analyze/features/survey.ts';

const WORKERS = /^(max_workers|processes|n_jobs|num_workers|nodes)$/;
const MANY = /pool|parallel|ray\.|dask|piscina/i;

/** Which calls keep more cores busy; tasks of one thread take turns. */
export const startsCores = ofName((called, { library }) =>
  library.parallel.some(({ name, callee }) => callee.test(called) && !/async|promises/.test(name)),
);

/** `Pool(4)`, `max_workers=n`; undefined: as many as there are. One thread or process is one. */
export function coresOf({ name, node }: Call, standpoint: Standpoint): LiveQuantity | undefined {
  if (!MANY.test(name)) return 1;
  const given = argumentsOf(node);
  const named = given.find((each) => WORKERS.test(each.child('name')?.text ?? ''));
  const [first] = given;
  const workers = named?.child('value') ?? (first?.role === 'argument' ? undefined : first);
  const cores = quantityOf(workers, standpoint);
  return typeof cores === 'number' && cores < 1 ? undefined : cores;
}
