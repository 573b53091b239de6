import { ERRORS, type ErrorCode } from '#model/errors.ts';

type Row = readonly [term: string, meaning: string];

/** What each exit code tells a script; the numbers come from the error catalogue. */
const EXIT_MEANINGS: readonly (readonly [code: ErrorCode, meaning: string])[] = [
  ['usage-invalid', 'the command line makes no sense'],
  ['file-unreadable', 'a file cannot be read, or no such run'],
  ['sandbox-unavailable', 'the sandbox or its network cannot be built'],
  ['internal', 'Limber itself failed'],
  ['summary-unwritable', 'the summary cannot be written'],
  ['store-unavailable', 'the store of runs, or stdout, cannot be written'],
  ['capacity-exhausted', 'no free capacity, or no quota left; try again later'],
  ['folder-unsafe', 'a folder of Limber belongs to somebody else'],
  ['config-invalid', 'the configuration makes no sense'],
  ['timed-out', 'the program was ended by --timeout'],
  ['command-not-executable', 'the program is not executable'],
  ['command-not-found', 'the program was not found'],
  ['memory-exhausted', 'the program needs more than --max-memory'],
  ['budget-exhausted', 'the program needs more memory than its budget pays for'],
  ['node-memory-exhausted', 'the node ran out of memory; try again later'],
  ['limits-lost', 'the cgroup of the program was taken away'],
  ['output-exceeded', 'the program wrote more than --max-output, or the disk is full'],
];

const RUN_CODES: readonly ErrorCode[] = [
  'summary-unwritable',
  'timed-out',
  'command-not-executable',
  'command-not-found',
  'memory-exhausted',
  'budget-exhausted',
  'node-memory-exhausted',
  'output-exceeded',
];

const ENVIRONMENT: readonly Row[] = [
  ['LIMBER_HOME', 'folder of recorded runs (default: ~/.local/state/limber)'],
  ['LIMBER_CONFIG', 'configuration file (default: ~/.config/limber/config.json)'],
  ['LIMBER_SERVER', 'as --server; LIMBER_API_KEY: a key of it'],
  ['NO_COLOR', 'any value turns colours off; FORCE_COLOR=1 turns them on'],
];

/** The end of every --help: examples, exit codes, environment. */
export function helpEnding({
  examples,
  runs,
  codes = [],
  never = [],
}: {
  readonly examples: readonly Row[];
  readonly runs: boolean;
  /** Exit codes of this command alone. */
  readonly codes?: readonly Row[];
  /** What cannot happen to this command. */
  readonly never?: readonly ErrorCode[];
}): string {
  return [
    '',
    ...section('Examples:', examples),
    '',
    ...section('Exit codes:', exitCodes(runs, codes, never)),
    '',
    ...section('Environment:', ENVIRONMENT),
  ].join('\n');
}

function section(heading: string, rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  return [
    heading,
    ...rows.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}`.trimEnd()),
  ];
}

function exitCodes(runs: boolean, further: readonly Row[], never: readonly ErrorCode[]): Row[] {
  const own = EXIT_MEANINGS.filter(
    ([code]) => (runs || !RUN_CODES.includes(code)) && !never.includes(code),
  );
  const failures = [
    ...further,
    ...own.map(([code, meaning]): Row => [String(ERRORS[code].exitCode), meaning]),
  ];
  return [
    ['0', runs ? 'the program succeeded' : 'success'],
    ...failures.toSorted(([a], [b]) => Number(a) - Number(b)),
    ...(runs ? [OTHER_CODES] : []),
  ];
}

const OTHER_CODES: Row = ['other', "the program's own exit code; 128 + n when signal n ended it"];
