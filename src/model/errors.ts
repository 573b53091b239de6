type Entry = { readonly message: string; readonly exitCode: number; readonly httpStatus: number };

/**
 * The one catalogue of what can go wrong. Exit codes follow sysexits.h and, for what ends a run,
 * the conventions that shells and container engines share: 124 timed out, 126 and 127 could not
 * start, 137 out of memory, 152 budget spent (128 + SIGXCPU), 153 too much output (128 + SIGXFSZ).
 */
export const ERRORS = {
  'usage-invalid': { message: '{problem}. {hint}', exitCode: 64, httpStatus: 400 },
  'quantity-invalid': {
    message: '{name}: expected {expected}, got "{got}".',
    exitCode: 64,
    httpStatus: 400,
  },
  'bounds-inverted': {
    message:
      '{name}: the minimum {min} is above the maximum {max}. Lower --min-{flag} or raise --max-{flag}.',
    exitCode: 64,
    httpStatus: 400,
  },
  'file-unreadable': {
    message: 'Cannot read {path}: {problem}. Check the path and its permissions.',
    exitCode: 66,
    httpStatus: 400,
  },
  'trace-invalid': {
    message: 'Trace {path}, line {line}: expected {expected}, got {got}. {hint}',
    exitCode: 65,
    httpStatus: 400,
  },
  'trace-empty': {
    message:
      'Run "{id}" has {count} recorded readings, and it takes two. Runs shorter than a fifth of a second have none to replay.',
    exitCode: 65,
    httpStatus: 400,
  },
  'source-not-found': {
    message:
      'No source file below {path} that Limber reads. Name a file, or say what it is with --language.',
    exitCode: 66,
    httpStatus: 400,
  },
  'score-exceeded': {
    message: 'Above {score}, as --fail-over asked: {files}.',
    exitCode: 1,
    httpStatus: 200,
  },
  'report-unwritable': {
    message: 'Cannot write the report to {path}: {problem}. Check the folder and its permissions.',
    exitCode: 73,
    httpStatus: 400,
  },
  'summary-unwritable': {
    message: 'Cannot write the summary to {path}: {problem}. Check the folder and its permissions.',
    exitCode: 73,
    httpStatus: 400,
  },
  'output-unwritable': {
    message: 'Cannot write to standard output: {problem}. Free some space, or write elsewhere.',
    exitCode: 74,
    httpStatus: 500,
  },
  'language-unknown': {
    message:
      'Cannot tell the language of {path}. Give --language (python, javascript, typescript, shell), or run a command with: limber run -- COMMAND.',
    exitCode: 64,
    httpStatus: 400,
  },
  'mount-invalid': {
    message: 'Mount "{got}": expected host:guest or host:guest:rw, {problem}.',
    exitCode: 64,
    httpStatus: 400,
  },
  'execution-unknown': {
    message: 'No run "{id}" is recorded{hint}. `limber ps --all` lists them.',
    exitCode: 66,
    httpStatus: 404,
  },
  'sandbox-unavailable': {
    message: 'Cannot build the sandbox: {problem}. {hint}',
    exitCode: 69,
    httpStatus: 503,
  },
  'network-unavailable': {
    message: 'Cannot give the run a network: {problem}. {hint}',
    exitCode: 69,
    httpStatus: 503,
  },
  internal: {
    message: 'Limber failed: {problem}. This is a defect; please report it with the text above.',
    exitCode: 70,
    httpStatus: 500,
  },
  'capacity-exhausted': {
    message:
      'No free capacity: the run needs at least {needed}, the node has {free} free of {capacity}. Wait for a run to end (`limber ps`), or lower --min-{flag}.',
    exitCode: 75,
    httpStatus: 503,
  },
  'tenant-quota-exceeded': {
    message:
      'Tenant {tenant} has used its quota of {quota}: {used}. Wait for one of its runs to end (`limber ps`), ask for less, or raise tenants.{tenant} in the configuration.',
    exitCode: 75,
    httpStatus: 429,
  },
  'store-unavailable': {
    message: 'Cannot use the store {path}: {problem}. Set LIMBER_HOME to a writable folder.',
    exitCode: 74,
    httpStatus: 503,
  },
  'ledger-unavailable': {
    message:
      'Cannot use the ledger of the node {path}: {problem}. Remove that folder when no run is active, or set XDG_RUNTIME_DIR to a writable folder.',
    exitCode: 74,
    httpStatus: 503,
  },
  'folder-unsafe': {
    message:
      'Folder {path}: expected {expected}, got {got}. Remove it, or set XDG_RUNTIME_DIR to a folder of your own.',
    exitCode: 77,
    httpStatus: 503,
  },
  'config-invalid': {
    message: 'Configuration {path}: {problem}.',
    exitCode: 78,
    httpStatus: 400,
  },
  'command-not-found': {
    message: 'Cannot find "{command}" inside the sandbox. {hint}',
    exitCode: 127,
    httpStatus: 400,
  },
  'command-not-executable': {
    message: '"{command}" is not executable. chmod +x it, or name an interpreter with --language.',
    exitCode: 126,
    httpStatus: 400,
  },
  'timed-out': {
    message: 'Ended after {timeout}, as --timeout asked{how}.',
    exitCode: 124,
    httpStatus: 200,
  },
  'memory-exhausted': {
    message:
      'Ended: it needs more memory than its maximum of {max}. Raise --max-memory, or see `limber explain {id}`.',
    exitCode: 137,
    httpStatus: 200,
  },
  'budget-exhausted': {
    message:
      'Ended: it needs more memory, and its budget of {budget} is spent. Raise --budget-memory, or see `limber explain {id}`.',
    exitCode: 152,
    httpStatus: 200,
  },
  'output-exceeded': {
    message: 'Ended: it wrote more than {max} of output. Raise --max-output.',
    exitCode: 153,
    httpStatus: 200,
  },
  'disk-exhausted': {
    message:
      'Ended: {folder} is nearly full, at {free}. Make room there, or set LIMBER_HOME to a file system with more of it.',
    exitCode: 153,
    httpStatus: 200,
  },
  'observe-only': {
    message: 'Watching only, resizing nothing: {problem}. {hint}',
    exitCode: 0,
    httpStatus: 200,
  },
  'record-incomplete': {
    message: 'The record of this run is incomplete; the program goes on. {problem}',
    exitCode: 0,
    httpStatus: 200,
  },
  'history-unknown': {
    message: 'Nothing was learned of code "{code}". `limber history` lists what is known.',
    exitCode: 66,
    httpStatus: 404,
  },
  'confirmation-missing': {
    message: 'Nothing was forgotten: {what} needs a yes. Add --yes, or --dry-run to only look.',
    exitCode: 64,
    httpStatus: 400,
  },
  'settings-invalid': {
    message: 'Nothing was changed: {problem}.',
    exitCode: 64,
    httpStatus: 400,
  },
  'run-unreachable': {
    message:
      'The process that looks after run {id} cannot be reached: {problem}. `limber ps` lists the runs of now.',
    exitCode: 69,
    httpStatus: 503,
  },
  'run-ended': {
    message: 'Run {id} has ended ({outcome}); only a running one can be changed.',
    exitCode: 66,
    httpStatus: 409,
  },
  'control-refused': {
    message: 'Run {id} refused: {problem}.',
    exitCode: 64,
    httpStatus: 409,
  },
  'changed-by-hand': {
    message: 'At {at} s by hand: {what}.',
    exitCode: 0,
    httpStatus: 200,
  },
  'policy-unusable': {
    message:
      'Policy "{policy}": {problem}. Expected predictive, threshold, static, unlimited, a path such as ./mine.ts, or an installed package, with an exported function createPolicy.',
    exitCode: 78,
    httpStatus: 400,
  },
  'policy-failed': {
    message: 'The policy {policy} failed and no longer decides; predictive took over: {problem}.',
    exitCode: 70,
    httpStatus: 500,
  },
  'syntax-error': {
    message: '{path}:{line}:{column} does not parse as {language}; running it all the same.',
    exitCode: 0,
    httpStatus: 200,
  },
  'budget-spent': {
    message: '{what}: it goes on with its minimum. See `limber explain`.',
    exitCode: 0,
    httpStatus: 200,
  },
  'memory-burst': {
    message:
      'It used memory faster than its limit could follow ({count} readings at the limit); on cgroup v1 system calls fail there with ENOMEM or EFAULT. Raise --memory or --min-memory.',
    exitCode: 0,
    httpStatus: 200,
  },
  'tmp-full': {
    message: '/tmp is full ({used} of {size}). Raise --tmp-size.',
    exitCode: 0,
    httpStatus: 200,
  },
  'process-limit': {
    message:
      '{count} new processes were refused at the limit of {max} processes and threads. Raise --max-processes.',
    exitCode: 0,
    httpStatus: 200,
  },
  'cleaned-up': {
    message: 'Cleaned up run {id}, whose controller (process {pid}) ended without releasing it.',
    exitCode: 0,
    httpStatus: 200,
  },
  'controller-lost': {
    message: 'The controller of run {id} ended before the run did; what was left was cleaned up.',
    exitCode: 70,
    httpStatus: 200,
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** A failure that the user can act on. Foreign errors travel as `cause`. */
export class LimberError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(describe(code, details), options);
    this.name = 'LimberError';
    this.code = code;
    this.details = details;
  }

  get exitCode(): number {
    return ERRORS[this.code].exitCode;
  }
}

/** Fills the catalogue's template: `{name}` becomes `details.name`. */
export function describe(code: ErrorCode, details: ErrorDetails = {}): string {
  return ERRORS[code].message
    .replace(/\{(\w+)\}/g, (_, key: string) => printable(String(details[key] ?? '')))
    .trim();
}

/** Names of files and commands are others' words: an escape sequence in them would reach a terminal. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}
