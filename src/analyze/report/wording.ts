import type {
  ComplexityClass,
  ComplexityProfile,
  DataStructure,
  DemandEstimate,
  ExternalCall,
  FunctionProfile,
} from '#model/complexity.ts';
import { describeBytes } from '#model/quantities.ts';

const BIG_O: Readonly<Record<ComplexityClass | 'unknown', string>> = {
  constant: 'O(1)',
  logn: 'O(log n)',
  linear: 'O(n)',
  nlogn: 'O(n log n)',
  quadratic: 'O(n²)',
  cubic: 'O(n³)',
  exponential: 'O(2ⁿ)',
  unknown: 'unknown',
};

export function bigO(name: ComplexityClass | 'unknown'): string {
  return BIG_O[name];
}

export type DemandLine = { readonly name: string; readonly value: string; readonly reason: string };

/** `peak memory  800Mi (600Mi – 1.2Gi)  structures of known size …`. */
export function demandLines({ demand }: ComplexityProfile): DemandLine[] {
  return [
    line('peak memory', demand.peakMemoryBytes, describeBytes),
    line('CPU cores', demand.cpuCores, String),
    line('network', demand.networkIntensity, percent),
    line('idle', demand.idleShare, percent),
  ];
}

function line(
  name: string,
  estimate: DemandEstimate,
  format: (value: number) => string,
): DemandLine {
  const { low, likely, high, reason } = estimate;
  const range = low === high ? '' : ` (${format(low)} – ${format(high)})`;
  return { name, value: format(likely) + range, reason };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Dearest first: by score, then by where they stand. */
export function byCost(functions: readonly FunctionProfile[]): FunctionProfile[] {
  return functions.toSorted((a, b) => b.score - a.score || a.startLine - b.startLine);
}

/** `analysis stopped by its deadline of 3 s during sizes: …`; undefined where it was finished. */
export function cutText({ cut }: ComplexityProfile): string | undefined {
  if (cut === undefined) return undefined;
  return `analysis stopped by its deadline of ${cut.deadlineMs / 1000} s during ${cut.during}: what was found until then, bounds may be too low`;
}

/** `, 80 % of it read, does not parse at 3:1`; nothing where all is well. */
export function coverage({ coveredFraction, syntaxError, cut }: ComplexityProfile): string {
  const stopped = cut === undefined ? '' : ', cut by the deadline';
  const covered =
    (coveredFraction < 1 ? `, ${Math.floor(coveredFraction * 100)} % of it read` : '') + stopped;
  if (syntaxError === undefined) return covered;
  return `${covered}, does not parse at ${syntaxError.line}:${syntaxError.column}`;
}

/** The same for a column: `, 80 % read`, `, error in line 3`, `, cut`. */
export function shortCoverage({ coveredFraction, syntaxError, cut }: ComplexityProfile): string {
  const error = syntaxError === undefined ? '' : `, error in line ${syntaxError.line}`;
  const covered = coveredFraction < 1 ? `, ${Math.floor(coveredFraction * 100)} % read` : error;
  return covered + (cut === undefined ? '' : ', cut');
}

export function callText(call: ExternalCall): string {
  const { line: at, kind, callee, loopDepth } = call;
  const loops = loopDepth === 0 ? '' : `, inside ${loopDepth} loop${loopDepth > 1 ? 's' : ''}`;
  const manner = call.awaited === 'parallel' ? ', several at once' : '';
  const patience = call.hasTimeout ? ', with a timeout' : '';
  return `line ${at}${into(call)}: ${kind}, ${callee}${loops}${manner}${patience}`;
}

/** `line 6, into helper.py, line 3`. */
function into({ elsewhere }: Pick<ExternalCall, 'elsewhere'>): string {
  return elsewhere === undefined ? '' : `, into ${elsewhere.file}, line ${elsewhere.line}`;
}

/** The largest first; what depends on input counts as more than any literal of the code. */
export function structureTexts({ dataStructures }: ComplexityProfile): string[] {
  const weight = ({ bytes }: DataStructure) => bytes ?? 2 ** 20;
  return dataStructures.toSorted((a, b) => weight(b) - weight(a)).map(structureText);
}

function structureText(structure: DataStructure): string {
  const { line: at, kind, bytes, grows } = structure;
  const size = bytes === undefined ? 'depends on input' : describeBytes(bytes);
  return `line ${at}${into(structure)}: ${kind}, ${size}${grows ? ', grows in a loop' : ''}`;
}
