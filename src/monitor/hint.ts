import { ALLOCATION_KEYS, type Allocation, type AllocationKey } from '#model/allocation.ts';
import type { Hint, HintMessage } from '#model/hint.ts';
import {
  parseBitsPerSecond,
  parseBytes,
  parseCpuCores,
  parseDurationMs,
} from '#model/quantities.ts';
import { count, record, text } from './probe/fields.ts';

export const LONGEST_SECONDS = 3600;
const DEFAULT_SECONDS = 30;

const PARSERS = {
  cpuCores: parseCpuCores,
  memoryBytes: parseBytes,
  ingressBitsPerSecond: parseBitsPerSecond,
  egressBitsPerSecond: parseBitsPerSecond,
} as const satisfies Record<AllocationKey, (text: string) => number>;

/**
 * One line of the protocol. Undefined when it is no hint at all, which other readers may understand;
 * a hint with something wrong in it is refused as a whole, so that nothing is half in force.
 */
export function decodeHint(line: string): HintMessage | undefined {
  if (!line.includes('"hint"')) return undefined;
  const message = record(parsed(line));
  if (message?.['v'] !== 1 || message['kind'] !== 'hint') return undefined;
  const fields = record(message['hint']);
  if (!fields) return refused('hint is no object');
  const wants = wantsOf(fields);
  if (typeof wants === 'string') return refused(wants);
  if (Object.keys(wants).length === 0) return refused('it asks for nothing');
  const withinSeconds = secondsOf(fields['withinSeconds'], 0);
  const forSeconds = secondsOf(fields['forSeconds'], DEFAULT_SECONDS);
  if (withinSeconds === undefined) return refused('withinSeconds is no duration up to 1 h');
  if (forSeconds === undefined) return refused('forSeconds is no duration up to 1 h');
  const phase = text(fields['phase']);
  const hint: Hint = { wants, withinSeconds, forSeconds, id: text(fields['id']) ?? '' };
  return { kind: 'hint', hint: phase === undefined ? hint : { ...hint, phase } };
}

/** What is asked for, or what is wrong with it. */
function wantsOf(fields: Readonly<Record<string, unknown>>): Partial<Allocation> | string {
  const wants: Partial<Record<AllocationKey, number>> = {};
  for (const key of ALLOCATION_KEYS) {
    if (fields[key] === undefined) continue;
    const value = quantityOf(fields[key], PARSERS[key]);
    if (value === undefined) return `${key} is no quantity`;
    wants[key] = value;
  }
  return wants;
}

/** A number, or what the options take: "4Gi". */
function quantityOf(value: unknown, parse: (text: string) => number): number | undefined {
  if (typeof value !== 'string') return count(value);
  if (/^0+$/.test(value)) return 0;
  try {
    return parse(value);
  } catch {
    return undefined; // it only ever says that this is no quantity
  }
}

function secondsOf(value: unknown, absent: number): number | undefined {
  if (value === undefined) return absent;
  const seconds = quantityOf(value, (duration) => parseDurationMs(duration) / 1000);
  return seconds !== undefined && seconds <= LONGEST_SECONDS ? seconds : undefined;
}

function refused(reason: string): HintMessage {
  return { kind: 'refused', reason };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
