import { Option, type Command } from 'commander';
import { ALLOCATION_KEYS, type Allocation, type AllocationKey } from '#model/allocation.ts';
import { parseBitsPerSecond, parseBytes, parseCpuCores } from '#model/quantities.ts';
import { SIZE_FLAGS, type Bounds, type SizeFlag } from './first-size.ts';

type SizeName = SizeFlag | `min${Capitalize<SizeFlag>}` | `max${Capitalize<SizeFlag>}`;

export type SizeValues = Partial<Readonly<Record<SizeName | 'minNetwork' | 'maxNetwork', number>>>;

type SizeKind = {
  readonly words: string;
  readonly placeholder: string;
  readonly parse: (text: string, name: string) => number;
};

const KINDS: Readonly<Record<AllocationKey, SizeKind>> = {
  cpuCores: { words: 'CPU', placeholder: '<cores>', parse: parseCpuCores },
  memoryBytes: { words: 'memory', placeholder: '<bytes>', parse: parseBytes },
  ingressBitsPerSecond: {
    words: 'download rate',
    placeholder: '<rate>',
    parse: parseBitsPerSecond,
  },
  egressBitsPerSecond: { words: 'upload rate', placeholder: '<rate>', parse: parseBitsPerSecond },
};

/** `--max-cpu`, `--min-memory`, `--egress` …: three options per resource, and both directions at once. */
export function addSizeOptions(command: Command): void {
  const add = (prefix: string, words: string) =>
    ALLOCATION_KEYS.forEach((key) => command.addOption(sizeOption(key, prefix, words)));
  add('max-', 'never more {} than this');
  command.addOption(networkOption('max', '--max-ingress and --max-egress at once'));
  add('min-', 'never less {} than this');
  command.addOption(networkOption('min', '--min-ingress and --min-egress at once'));
  add('', '{} at the start');
}

/** Of these, the sizes alone. */
export function addFirstSizes(command: Command): void {
  ALLOCATION_KEYS.forEach((key) => command.addOption(sizeOption(key, '', '{} from now on')));
}

function sizeOption(key: AllocationKey, prefix: string, words: string): Option {
  const { placeholder, parse, words: what } = KINDS[key];
  const flag = `--${prefix}${SIZE_FLAGS[key]}`;
  return new Option(`${flag} ${placeholder}`, words.replace('{}', what)).argParser((text) =>
    parse(text, flag),
  );
}

function networkOption(side: 'min' | 'max', words: string): Option {
  const flag = `--${side}-network`;
  return new Option(`${flag} <rate>`, words).argParser((text) => parseBitsPerSecond(text, flag));
}

export function boundsFrom(values: SizeValues): Bounds {
  return {
    min: pick(
      (flag) => values[`min${capitalize(flag)}`] ?? bothDirections(flag, values.minNetwork),
    ),
    max: pick(
      (flag) => values[`max${capitalize(flag)}`] ?? bothDirections(flag, values.maxNetwork),
    ),
    initial: pick((flag) => values[flag]),
  };
}

function bothDirections(flag: SizeFlag, rate: number | undefined): number | undefined {
  return flag === 'ingress' || flag === 'egress' ? rate : undefined;
}

function pick(valueOf: (flag: SizeFlag) => number | undefined): Partial<Allocation> {
  const picked: Partial<Record<AllocationKey, number>> = {};
  for (const key of ALLOCATION_KEYS) {
    const value = valueOf(SIZE_FLAGS[key]);
    if (value !== undefined) picked[key] = value;
  }
  return picked;
}

function capitalize<T extends string>(text: T): Capitalize<T> {
  return (text.charAt(0).toUpperCase() + text.slice(1)) as Capitalize<T>;
}
