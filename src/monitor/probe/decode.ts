import {
  LIVE_CALL_KINDS,
  type LiveCall,
  type LiveCallKind,
  type LiveContainer,
  type LiveLoop,
  type LiveRuntime,
  type LiveValue,
  type Place,
  type ProbeLook,
  type ProbeMessage,
} from '#model/probe.ts';
import { count, list, record, text } from './fields.ts';

const VERSION = 1;
const MOST_PLACES = 16;
const MOST_FUNCTIONS = 4;
const MOST_ITEMS = 8;
const MOST_VALUES = 16;

/** One line of the protocol, or undefined for anything else. What it says is checked, not believed. */
export function decodeProbeMessage(line: string): ProbeMessage | undefined {
  const message = record(parsed(line));
  const pid = count(message?.['pid']);
  const atSeconds = count(message?.['t']);
  if (message?.['v'] !== VERSION || pid === undefined || atSeconds === undefined) return undefined;
  const head = { pid, atSeconds };
  switch (message['kind']) {
    case 'at':
      return lookOf(message, head);
    case 'call':
      return callMessage(message['call'], head);
    case 'start':
      return { kind: 'start', ...head, language: text(message['language']) ?? 'unknown' };
    case 'end':
      return { kind: 'end', ...head };
    default:
      return undefined;
  }
}

type Head = { readonly pid: number; readonly atSeconds: number };

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // half a line or garbage: the next line is whole again
  }
}

function lookOf(message: Readonly<Record<string, unknown>>, head: Head): ProbeLook {
  return {
    kind: 'at',
    ...head,
    state: message['state'] === 'waiting' ? 'waiting' : 'running',
    stack: list(message['stack'], MOST_PLACES, placeOf),
    depth: count(message['depth']) ?? 0,
    recursion: list(message['recursion'], MOST_FUNCTIONS, recursionOf),
    containers: list(message['containers'], MOST_ITEMS, containerOf),
    loops: list(message['loops'], MOST_ITEMS, loopOf),
    values: list(message['values'], MOST_VALUES, valueOf),
    ...(message['loops'] === undefined && { isGlance: true }),
    ...(message['calls'] !== undefined && { calls: list(message['calls'], MOST_ITEMS, callOf) }),
    runtime: runtimeOf(record(message['runtime']) ?? {}),
    tookUsec: count(message['tookUs']) ?? 0,
  };
}

function callMessage(value: unknown, head: Head): ProbeMessage | undefined {
  const call = callOf(value);
  return call === undefined ? undefined : { kind: 'call', ...head, call };
}

function placeOf(value: unknown): Place | undefined {
  const [file, name, line] = Array.isArray(value) ? (value as unknown[]) : [];
  const place = { file: text(file), function: text(name), line: count(line) };
  return isWhole(place) ? place : undefined;
}

function recursionOf(value: unknown) {
  const [name, times] = Array.isArray(value) ? (value as unknown[]) : [];
  const recursion = { function: text(name), times: count(times) };
  return isWhole(recursion) ? recursion : undefined;
}

function containerOf(value: unknown): LiveContainer | undefined {
  const [name, within, kind, length, bytes] = Array.isArray(value) ? (value as unknown[]) : [];
  const container = {
    name: text(name),
    function: text(within),
    kind: text(kind),
    length: count(length),
    bytes: count(bytes),
  };
  return isWhole(container) ? container : undefined;
}

function loopOf(value: unknown): LiveLoop | undefined {
  const [file, firstLine, done, total] = Array.isArray(value) ? (value as unknown[]) : [];
  const loop = {
    file: text(file),
    firstLine: count(firstLine),
    done: count(done),
    total: count(total),
  };
  return isWhole(loop) && loop.done <= loop.total ? loop : undefined;
}

function valueOf(given: unknown): LiveValue | undefined {
  const [within, name, value] = Array.isArray(given) ? (given as unknown[]) : [];
  const live = { function: text(within), name: text(name), value: count(value) };
  return isWhole(live) ? live : undefined;
}

function callOf(value: unknown): LiveCall | undefined {
  const fields = record(value);
  if (fields === undefined) return undefined;
  const kind = LIVE_CALL_KINDS.find((known) => known === fields['kind']);
  const call: { [Key in 'id' | 'since']: number | undefined } & {
    kind: LiveCallKind | undefined;
    target: string | undefined;
  } = {
    id: count(fields['id']),
    kind,
    target: text(fields['target']),
    since: count(fields['since']),
  };
  if (!isWhole(call)) return undefined;
  const [seconds, bytes, error] = [
    count(fields['seconds']),
    count(fields['bytes']),
    text(fields['error']),
  ];
  return {
    ...call,
    ...(seconds !== undefined && { seconds }),
    ...(bytes !== undefined && { bytes }),
    ...(error !== undefined && { error }),
  };
}

const RUNTIME_FIELDS = [
  'threads',
  'heapBytes',
  'externalBytes',
  'gcSeconds',
  'loopDelayMs',
  'handles',
] as const satisfies readonly (keyof LiveRuntime)[];

function runtimeOf(fields: Readonly<Record<string, unknown>>): LiveRuntime {
  return Object.fromEntries(
    RUNTIME_FIELDS.flatMap((name) => {
      const value = count(fields[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** True when every field could be read. */
function isWhole<Fields extends Readonly<Record<string, unknown>>>(
  fields: Fields,
): fields is Fields & { [Key in keyof Fields]: NonNullable<Fields[Key]> } {
  return Object.values(fields).every((value) => value !== undefined);
}
