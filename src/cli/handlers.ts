import type { ReportFormat } from '#analyze/report/report.ts';
import type { Scope } from '#record/service/keys.ts';
import type { Language, RunnableKind } from '#model/execution.ts';
import type { ControlRequest } from '#model/control.ts';
import type { Order } from './screen/top-order.ts';
import type { Caller, RunOptions } from './run-options.ts';
import type { RunReportFormat } from './run-report-format.ts';
import type { ReplayOptions, SimulateOptions } from './simulate-options.ts';

export const COMPLETION_SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/** The path that stands for standard input. */
export const STDIN = '-';

export type AnalyzeOptions = {
  /** Files, folders and globs; or `-` alone. */
  readonly paths: readonly string[];
  readonly format: ReportFormat;
  /** The code, too, with its heat. */
  readonly source: boolean;
  /** What was analysed before need not be again. */
  readonly cache: boolean;
  readonly language?: Language;
  /** A file that scores higher than this fails the command. */
  readonly failOver?: number;
  /** A file instead of stdout. */
  readonly output?: string;
};
export type PsOptions = {
  /** Past runs too. */
  readonly all: boolean;
  readonly json: boolean;
  /** Only the ids, one a line. */
  readonly quiet: boolean;
};
/** `id` may be the beginning of an id, or `last`. */
export type ShowOptions = { readonly id: string; readonly json: boolean };
export type TopOptions = {
  readonly order: Order;
  readonly showsEnded: boolean;
  readonly intervalMs: number;
  /** One picture and out, as where stdout is no terminal. */
  readonly once: boolean;
};
export type WatchOptions = {
  readonly id: string;
  readonly intervalMs: number;
  readonly once: boolean;
};
export type LogsOptions = {
  readonly id: string;
  readonly streams: 'both' | 'stdout' | 'stderr';
  readonly json: boolean;
};
export type ExplainOptions = {
  readonly id: string;
  /** Every resize on its own, instead of grouping series of like ones. */
  readonly all: boolean;
  readonly json: boolean;
};
export type RunReportOptions = {
  readonly id: string;
  readonly format: RunReportFormat;
  /** A file instead of stdout. */
  readonly output?: string;
};
export type ControlOptions = {
  readonly id: string;
  readonly request: ControlRequest;
  readonly json: boolean;
};
export type HistoryOptions = {
  /** The beginning of a fingerprint. */
  readonly code?: string;
  readonly olderThanMs?: number;
  readonly json: boolean;
  readonly forget?: { readonly dryRun: boolean; readonly yes: boolean };
};
export const IMAGE_ACTIONS = ['build', 'list', 'prune'] as const;
export type ImageOptions = {
  readonly action: (typeof IMAGE_ACTIONS)[number];
  /** Debian packages of the image to build. */
  readonly packages?: readonly string[];
  /** Which one to remove. */
  readonly key?: string;
  readonly all: boolean;
  readonly json: boolean;
};
export type DoctorOptions = {
  /** The cluster, instead of this machine. */
  readonly kubernetes: boolean;
  /** What `--runtime microvm` needs of this machine. */
  readonly microvm: boolean;
  /** What the operator needs of it, instead of runs. */
  readonly operator: boolean;
  readonly json: boolean;
};
export type GcOptions = {
  /** Absent: every kind of instance that was on this machine. */
  readonly runtime?: RunnableKind;
  readonly dryRun: boolean;
  /** Also what a server that is gone left running, for the next one to take over. */
  readonly orphans: boolean;
  readonly json: boolean;
};

export type ServeOptions = {
  readonly host?: string;
  readonly port?: number;
  readonly runtime: RunnableKind;
  readonly needsKeys: boolean;
  /** Asked to end, it waits for what runs; otherwise that goes on without it. */
  readonly drain: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Over what the configuration says. */
  readonly tls?: {
    readonly certificatePath?: string;
    readonly keyPath?: string;
    readonly generate: boolean;
  };
  readonly plainHttp: boolean;
  /** Execution objects of the cluster are carried out as well: of one namespace, or of all. */
  readonly objects?: { readonly namespace?: string };
};
export type McpOptions = {
  /** Instead of standard input and output. */
  readonly http?: { readonly host: string; readonly port: number };
};
export type OperatorCommandOptions = {
  /** The only one that it looks after; all of them where absent. */
  readonly namespace?: string;
  /** Where the Lease is by which operators agree who acts. */
  readonly leaseNamespace?: string;
  readonly leaseDurationMs: number;
  readonly nodeAgents?: boolean;
  /** Of /healthz, /readyz and /metrics; none where absent. */
  readonly healthPort?: number;
  /** What gives new pods their sizes; none where absent. */
  readonly webhook?: {
    /** Of its Service, its Secret and its MutatingWebhookConfiguration. */
    readonly name: string;
    readonly port: number;
    readonly certificateLifetimeMs: number;
  };
};
export type NodeAgentCommandOptions = {
  readonly nodeName: string;
  readonly namespacePrefix?: string;
  readonly cgroupFolder: string;
  /** The kubelet's own; empty where it has none. */
  readonly cgroupRoot: string;
  readonly setsRates: boolean;
  /** Written while it looks. */
  readonly aliveFile?: string;
};
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export const KEY_ACTIONS = ['create', 'list', 'revoke'] as const;
export type KeyOptions = {
  readonly action: (typeof KEY_ACTIONS)[number];
  /** Which one to revoke. */
  readonly id?: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly name: string;
  readonly json: boolean;
};

/** A command's work. Resolves with the exit code of Limber; throws LimberError. */
export type Handler<T> = (options: T) => Promise<number> | number;

/** What the composition root supplies: one handler per command. */
export type Handlers = {
  readonly run: Handler<RunOptions>;
  readonly analyze: Handler<AnalyzeOptions>;
  readonly simulate: Handler<SimulateOptions>;
  readonly replay: Handler<ReplayOptions>;
  readonly ps: Handler<PsOptions>;
  readonly top: Handler<TopOptions>;
  readonly watch: Handler<WatchOptions>;
  readonly show: Handler<ShowOptions>;
  readonly logs: Handler<LogsOptions>;
  readonly explain: Handler<ExplainOptions>;
  readonly report: Handler<RunReportOptions>;
  readonly history: Handler<HistoryOptions>;
  readonly control: Handler<ControlOptions>;
  readonly doctor: Handler<DoctorOptions>;
  readonly gc: Handler<GcOptions>;
  readonly image: Handler<ImageOptions>;
  readonly serve: Handler<ServeOptions>;
  readonly key: Handler<KeyOptions>;
  readonly mcp: Handler<McpOptions>;
  readonly operator: Handler<OperatorCommandOptions>;
  readonly nodeAgent: Handler<NodeAgentCommandOptions>;
};

/** Where `limber serve` listens, and a key of it. */
export type ServerAddress = { readonly url: string; readonly apiKey?: string };

/** What a server does instead of this machine; loaded when one is named. */
export type RemoteHandlers = (at: ServerAddress) => Promise<Partial<Handlers>>;

/** Where the command line meets its process. */
export type Surroundings = {
  readonly version: string;
  readonly caller: Caller;
  /** Takes the exit code of the command that ran. */
  readonly ended: (exitCode: number) => void;
  readonly write: (text: string) => void;
  readonly remote: RemoteHandlers;
};
