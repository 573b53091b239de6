import type { Site } from '#model/site.ts';
import { formatBytes, formatCpuCores } from '#model/quantities.ts';
import { BITS_PER_CALL, MOST_CALLS_AT_ONCE } from '../call-burst.ts';
import type { Expected } from './following.ts';
import type { LiveValues } from './live-values.ts';

/** Less likely sites are left to what usage shows. */
const WORTH_CHANCE = 0.4;
/** Below it the headroom covers whatever is allocated. */
const SMALLEST_BYTES = 4 * 2 ** 20;

export type Wish = {
  readonly amount: number;
  /** `numpy.zeros in line 12` */
  readonly site: string;
  /** 0–1 */
  readonly chance: number;
  /** What it will do, for people. */
  readonly effect: string;
};

/** `numpy.zeros in line 12 comes next (50 %) and takes 800Mi` */
export function comesNext({ site, chance, effect }: Wish): string {
  const sure = chance === 1 ? '' : ` (${Math.round(chance * 100)} %)`;
  return `${site} comes next${sure} and ${effect}`;
}

export function runs({ site, effect }: Wish): string {
  return `${site} runs and ${effect}`;
}

/** What the sites that a run stands before will want, each with the site that wants most. */
export type SiteWishes = {
  /** On top of what is held now. */
  readonly memoryBytes: Wish | undefined;
  readonly cpuCores: Wish | undefined;
  readonly networkBitsPerSecond: Wish | undefined;
};

export const NO_WISHES: SiteWishes = {
  memoryBytes: undefined,
  cpuCores: undefined,
  networkBitsPerSecond: undefined,
};

export type WishContext = {
  readonly values: LiveValues;
  /** More are never given. */
  readonly mostCores: number;
  /** Lines in which calls are made at once and not one by one. */
  readonly burstLines: ReadonlySet<number>;
};

export function wishesOf(expected: readonly Expected[], context: WishContext): SiteWishes {
  const likely = expected.filter(({ chance }) => chance >= WORTH_CHANCE);
  if (likely.length === 0) return NO_WISHES;
  return {
    memoryBytes: memoryWish(likely, context),
    cpuCores: coresWish(likely, context),
    networkBitsPerSecond: networkWish(likely, context),
  };
}

/** One after the other, and nothing says that the first is given back before the second. */
function memoryWish(likely: readonly Expected[], { values }: WishContext): Wish | undefined {
  let amount = 0;
  let largest: Wish | undefined;
  for (const { site, chance } of likely) {
    const bytes = bytesOf(site, values);
    if (bytes === undefined || bytes < SMALLEST_BYTES) continue;
    amount += bytes;
    if (bytes > (largest?.amount ?? 0))
      largest = {
        amount: bytes,
        site: nameOf(site),
        chance,
        effect: `takes ${formatBytes(bytes)}`,
      };
  }
  return largest === undefined ? undefined : { ...largest, amount };
}

/** A container that grows to a known size takes it over its whole loop, which the loop's progress shows. */
function bytesOf(site: Site, values: LiveValues): number | undefined {
  if (site.kind !== 'allocation') return undefined;
  return 'bytes' in site ? site.bytes : values.bytesOf(site.expression, site.function);
}

function coresWish(
  likely: readonly Expected[],
  { values, mostCores }: WishContext,
): Wish | undefined {
  for (const { site, chance } of likely) {
    if (site.kind !== 'parallel') continue;
    const wanted = coresOf(site, values) ?? mostCores;
    const amount = Math.min(mostCores, wanted);
    const effect = `keeps ${formatCpuCores(amount)} cores busy`;
    if (amount > 1) return { amount, site: nameOf(site), chance, effect };
  }
  return undefined;
}

function coresOf(site: Site, values: LiveValues): number | undefined {
  if (site.kind !== 'parallel' || site.cores === undefined) return undefined;
  return values.of(site.cores, site.function);
}

function networkWish(
  likely: readonly Expected[],
  { burstLines, values }: WishContext,
): Wish | undefined {
  const call = likely.find(({ site }) => site.kind === 'external' && burstLines.has(site.line));
  if (call === undefined) return undefined;
  const workers = likely
    .map(({ site }) => coresOf(site, values))
    .find((count) => count !== undefined);
  const calls = Math.max(1, Math.min(MOST_CALLS_AT_ONCE, workers ?? MOST_CALLS_AT_ONCE));
  return {
    amount: calls * BITS_PER_CALL,
    site: nameOf(call.site),
    chance: call.chance,
    effect: `makes ${calls} calls at once`,
  };
}

function nameOf({ what, line }: Site): string {
  return `${what} in line ${line}`;
}
