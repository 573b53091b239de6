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
  'replay-stopped': {
    message:
      'The replay of {id} stopped: {why}. Try again with fewer policies, or where the record is: limber replay {id}.',
    exitCode: 75,
    httpStatus: 503,
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
  'picture-unavailable': {
    message: 'Cannot make a PNG: {problem}. {hint} --format svg needs nothing else.',
    exitCode: 69,
    httpStatus: 501,
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
  'store-damaged': {
    message:
      'The store {path} is damaged: {problem}. Nothing was changed. To save what can be saved: sqlite3 {path} .recover | sqlite3 {path}.new, then move that into its place and remove {path}-wal and -shm. Or move all three away: Limber starts a new store.',
    exitCode: 74,
    httpStatus: 503,
  },
  'disk-full': {
    message:
      'The disk of {folder} is full: {free} are free, and {needed} are kept for how what runs ends. Delete executions, or make room there.',
    exitCode: 74,
    httpStatus: 507,
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
  'memory-limit-late': {
    message:
      'Ended at a limit of {limit}, below its maximum of {max}: it grew faster than the cluster raised it. Give it more at its start (--memory), or install an agent on each node.',
    exitCode: 137,
    httpStatus: 200,
  },
  'budget-exhausted': {
    message:
      'Ended: it needs more memory, and its budget of {budget} is spent. Raise --budget-memory, or see `limber explain {id}`.',
    exitCode: 152,
    httpStatus: 200,
  },
  'node-memory-exhausted': {
    message:
      'Ended: the node ran out of memory ({left} were left) and no run had a lower priority. Run it again later, or with a higher --priority.',
    exitCode: 154,
    httpStatus: 200,
  },
  'node-memory-short': {
    message:
      'Standing still: the node runs out of memory ({left} are left), and the other runs have a higher priority or hold less.',
    exitCode: 0,
    httpStatus: 200,
  },
  'node-memory-back': {
    message: 'Going on after {seconds} s: the node has memory again.',
    exitCode: 0,
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
  'limits-lost': {
    message:
      'Ended: its cgroup was taken away, and its limits with it. Leave what is below the limber cgroups to Limber.',
    exitCode: 155,
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
  hinted: {
    message: 'At {at} s {what}.',
    exitCode: 0,
    httpStatus: 200,
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
  'instance-lost': {
    message:
      'What run {id} ran on is gone: {problem}. How the program ended is not known; run it again.',
    exitCode: 75,
    httpStatus: 200,
  },
  'run-again': {
    message:
      'The pod of run {id} is gone: {problem}. It is run once more, with what is left of its input.',
    exitCode: 0,
    httpStatus: 200,
  },
  'files-not-returned': {
    message: 'What the program changed in its folder could not be brought back: {problem}.',
    exitCode: 0,
    httpStatus: 200,
  },
  'kubernetes-config': {
    message: 'Kubernetes: {problem}. {hint}',
    exitCode: 78,
    httpStatus: 503,
  },
  'kubernetes-unreachable': {
    message: 'Cannot reach the Kubernetes API at {server}: {problem}. {hint}',
    exitCode: 69,
    httpStatus: 503,
  },
  'kubernetes-refused': {
    message: 'Kubernetes refused to {verb} {what}: {problem}. {hint}',
    exitCode: 77,
    httpStatus: 503,
  },
  'kubernetes-too-old': {
    message:
      'Kubernetes {version} at {server} cannot resize running pods: 1.33 or newer is needed. Upgrade the cluster, or leave --runtime kubernetes out.',
    exitCode: 69,
    httpStatus: 503,
  },
  'kubernetes-unsupported': {
    message: 'The kubernetes runtime {problem}. {hint}',
    exitCode: 64,
    httpStatus: 400,
  },
  'pod-not-started': {
    message: 'The pod {pod} did not start: {problem}. {hint}',
    exitCode: 69,
    httpStatus: 503,
  },
  'image-build': {
    message: 'Cannot build the image of the virtual machine: {problem}. {hint}',
    exitCode: 69,
    httpStatus: 503,
  },
  'image-corrupt': {
    message:
      'The image of the virtual machine is damaged: {path} is not what was built. Remove it with: limber image prune {key}.',
    exitCode: 69,
    httpStatus: 503,
  },
  'image-unknown': {
    message: 'There is no image {key}. See which there are: limber image list.',
    exitCode: 66,
    httpStatus: 404,
  },
  'microvm-unavailable': {
    message: 'Cannot run a virtual machine here: {problem}. {hint}',
    exitCode: 69,
    httpStatus: 503,
  },
  'microvm-not-started': {
    message: 'The virtual machine did not start: {problem}. {hint}',
    exitCode: 69,
    httpStatus: 503,
  },
  'microvm-fallback': {
    message: 'The virtual machine has no {what} ({problem}): {instead}.',
    exitCode: 69,
    httpStatus: 503,
  },
  'microvm-unsupported': {
    message: 'The microvm runtime {problem}. {hint}',
    exitCode: 64,
    httpStatus: 400,
  },
  'request-invalid': {
    message:
      'The request makes no sense: {problem}. The document at /openapi.json says what is expected.',
    exitCode: 64,
    httpStatus: 400,
  },
  'server-unreachable': {
    message:
      '{problem} Name another with --server or LIMBER_SERVER, or leave both out to run here.',
    exitCode: 69,
    httpStatus: 502,
  },
  'server-differs': {
    message:
      'The server at {url} is Limber {theirs}, this is {ours}, which speaks another language. Install the same version.',
    exitCode: 69,
    httpStatus: 502,
  },
  'server-refused': {
    message: '{detail}',
    exitCode: 69,
    httpStatus: 502,
  },
  'server-key-refused': {
    message: 'The server refuses: {detail} Put the key into LIMBER_API_KEY.',
    exitCode: 77,
    httpStatus: 502,
  },
  'only-here': {
    message: '{what} is about this machine. {hint}',
    exitCode: 64,
    httpStatus: 400,
  },
  'never-ran': {
    message: 'Execution {id} {outcome}: {problem}.',
    exitCode: 70,
    httpStatus: 500,
  },
  'head-too-large': {
    message: 'The address and the headers of the request are larger than {max}. Send less of them.',
    exitCode: 64,
    httpStatus: 431,
  },
  'request-slow': {
    message: 'The request did not arrive in time. Send it again.',
    exitCode: 64,
    httpStatus: 408,
  },
  'request-too-large': {
    message: 'The request is larger than {max}. Send large files one by one with PUT.',
    exitCode: 64,
    httpStatus: 413,
  },
  'media-type-unknown': {
    message: 'Expected a body of type {expected}, got {got}.',
    exitCode: 64,
    httpStatus: 415,
  },
  'route-unknown': {
    message: 'There is no {method} {path}. The document at /openapi.json lists what there is.',
    exitCode: 64,
    httpStatus: 404,
  },
  'key-missing': {
    message: 'No API key. Send one as: Authorization: Bearer KEY. `limber key create` makes one.',
    exitCode: 77,
    httpStatus: 401,
  },
  'key-invalid': {
    message: 'The API key is not known, or was revoked. `limber key create` makes a new one.',
    exitCode: 77,
    httpStatus: 401,
  },
  'scope-missing': {
    message: 'The API key may not do that: it needs the scope {scope}, and has {scopes}.',
    exitCode: 77,
    httpStatus: 403,
  },
  'key-unknown': {
    message: 'There is no valid key {id}. `limber key list` shows them.',
    exitCode: 66,
    httpStatus: 404,
  },
  'origin-refused': {
    message:
      'A page of {origin} asks, which serve.allowedOrigins does not name, and this server needs no keys.',
    exitCode: 77,
    httpStatus: 403,
  },
  'host-refused': {
    message:
      'Without keys only this machine is served, under its own names; got the name "{host}". Use http://127.0.0.1.',
    exitCode: 77,
    httpStatus: 403,
  },
  'path-invalid': {
    message:
      'The path "{path}" is not one inside the work folder. Give a relative path without empty parts, "." and "..".',
    exitCode: 64,
    httpStatus: 400,
  },
  'file-unknown': {
    message: 'There is no such file in the work folder: {path}. Links are not followed.',
    exitCode: 66,
    httpStatus: 404,
  },
  'file-too-large': {
    message: 'The file is larger than {max}. Split it, or raise serve.maxFileBytes.',
    exitCode: 64,
    httpStatus: 413,
  },
  'archive-invalid': {
    message:
      'The archive cannot be used: {problem}. Send a tar, tar.gz or zip of files and folders.',
    exitCode: 65,
    httpStatus: 400,
  },
  'archive-too-large': {
    message:
      'Unpacked, the archive is more than {what}. Leave out what is not needed, or raise serve.maxUnpackedBytes and serve.maxArchiveEntries.',
    exitCode: 65,
    httpStatus: 413,
  },
  'archive-unknown': {
    message:
      'There is no archive "{id}" any more, or never was. Send it with POST /v1/archives, which tells its id.',
    exitCode: 66,
    httpStatus: 404,
  },
  'webhook-refused': {
    message:
      'Nothing is sent to {url}: {problem}. Give a public https URL, or allow it with serve.webhooks.allowPrivateAddresses.',
    exitCode: 64,
    httpStatus: 400,
  },
  'webhook-unknown': {
    message: 'There is no webhook "{id}". `GET /v1/webhooks` lists them.',
    exitCode: 66,
    httpStatus: 404,
  },
  'webhooks-full': {
    message: 'There are {most} webhooks, and no more are taken. Delete one first.',
    exitCode: 64,
    httpStatus: 409,
  },
  'key-reused': {
    message:
      'The Idempotency-Key "{key}" was used for another request. Choose a new one for a new request.',
    exitCode: 64,
    httpStatus: 409,
  },
  'not-running': {
    message: 'Execution {id} is {state}: that needs one that runs.',
    exitCode: 64,
    httpStatus: 409,
  },
  'not-ended': {
    message: 'Execution {id} is {state}: cancel it first, then delete it.',
    exitCode: 64,
    httpStatus: 409,
  },
  'input-closed': {
    message:
      'Nobody reads the input of execution {id}. Create it with "stdin": {"open": true}, and send before it is closed.',
    exitCode: 64,
    httpStatus: 409,
  },
  'version-conflict': {
    message:
      'It is at another version than {expected}. Read it again, apply the change to that, and send it with its version.',
    exitCode: 75,
    httpStatus: 412,
  },
  'policy-unknown': {
    message: 'There is no policy "{name}". `GET /v1/policies` lists them.',
    exitCode: 66,
    httpStatus: 404,
  },
  'document-unknown': {
    message: 'There are no such {what}.',
    exitCode: 66,
    httpStatus: 404,
  },
  overloaded: {
    message:
      'Too much is waiting: {waiting} executions of at least this priority. Try again later, or with a higher priority.',
    exitCode: 75,
    httpStatus: 429,
  },
  'reading-busy': {
    message: 'Too much code waits to be read: {waiting} sources. Try again later.',
    exitCode: 75,
    httpStatus: 429,
  },
  'too-many-requests': {
    message: 'More than {max} requests in {window}. Try again after the time in Retry-After.',
    exitCode: 75,
    httpStatus: 429,
  },
  'never-fits': {
    message:
      'It can never run here: its minimum of {needed} {key} is above the {capacity} of this node. Lower min.{key}.',
    exitCode: 75,
    httpStatus: 400,
  },
  draining: {
    message:
      'This server ends as soon as what runs has ended. Send new executions elsewhere, or later.',
    exitCode: 75,
    httpStatus: 503,
  },
  shed: {
    message:
      'Gave its place in the queue to an execution of higher priority. Submit it again later.',
    exitCode: 75,
    httpStatus: 200,
  },
  'server-running': {
    message: 'A server for {home} runs already (process {pid}). Stop it first, or set LIMBER_HOME.',
    exitCode: 73,
    httpStatus: 503,
  },
  'address-unavailable': {
    message: 'Cannot listen at {address}: {problem}. Choose another --port, or stop what uses it.',
    exitCode: 69,
    httpStatus: 503,
  },
  'address-plain': {
    message:
      'Beyond this machine keys and programs would travel unencrypted, and {host} is beyond it. Give --tls-cert and --tls-key, or --tls-generate; behind a proxy that has TLS: --plain-http.',
    exitCode: 64,
    httpStatus: 400,
  },
  'tls-unusable': {
    message:
      'Cannot serve TLS with {path}: {problem}. Give a certificate (and its chain) and its private key in PEM, valid now, by --tls-cert and --tls-key.',
    exitCode: 78,
    httpStatus: 503,
  },
  'address-open': {
    message:
      'Without keys only this machine may be served, and {host} is more than that. Leave --no-keys out, or use --host 127.0.0.1.',
    exitCode: 64,
    httpStatus: 400,
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
