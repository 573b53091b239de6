import {
  followEvents,
  followOutput,
  type FollowOptions,
  type OutputOptions,
  type OutputStream,
} from './streams.ts';
import { type Bytes, type CallOptions, type Transport } from './transport.ts';
import type {
  BulkEffect,
  Curve,
  Execution,
  ExecutionEvent,
  FolderEntry,
  Foreseen,
  Hint,
  Hinted,
  ListedExecution,
  NewExecution,
  Replayed,
  ReplayRequest,
  Resized,
  ScalingChange,
  ScalingEffect,
  Sizes,
} from './types.ts';

const WAIT_MS = 60_000;

export type CreateOptions = CallOptions & {
  /** Answer when it has ended, or after this time; at most 600,000. */
  readonly waitMs?: number | undefined;
  /** The same key twice is one execution; default: a new one for each call, for its own repetitions. */
  readonly idempotencyKey?: string | undefined;
};
export type ListOptions = CallOptions & {
  readonly state?: Execution['state'] | undefined;
  readonly outcome?: Execution['outcome'] | undefined;
  /** All must match. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Of one page; at most 200. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
};
export type DryRunOptions = CallOptions & {
  /** Say what would happen and why, and change nothing. */
  readonly dryRun?: boolean | undefined;
};

/** Runs of submitted code. Every method throws LimberProblem or LimberUnreachable. */
export class Executions {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  create(body: NewExecution, options: CreateOptions = {}): Promise<Execution> {
    const { waitMs, idempotencyKey = crypto.randomUUID(), signal } = options;
    return this.#transport.json('createExecution', {
      json: body,
      query: { waitMs },
      headers: { 'idempotency-key': idempotencyKey },
      isRepeatable: true,
      signal,
    });
  }

  /** What would become of it and why: runs nothing. Throws what `create` would throw. */
  foresee(body: NewExecution, { signal }: CallOptions = {}): Promise<Foreseen> {
    const query = { dryRun: true };
    return this.#transport.json('createExecution', {
      json: body,
      query,
      isRepeatable: true,
      signal,
    });
  }

  get(id: string, { signal }: CallOptions = {}): Promise<Execution> {
    return this.#transport.json('getExecution', { path: { id }, signal });
  }

  /** The execution when it has ended, however long that takes. */
  async wait(id: string, { signal }: CallOptions = {}): Promise<Execution> {
    for (;;) {
      const call = { path: { id }, query: { waitMs: WAIT_MS }, signal };
      const execution = await this.#transport.json<Execution>('getExecution', call);
      if (execution.state === 'ended') return execution;
    }
  }

  /** One page, newest first; `next` is the cursor of what comes after. */
  page(options: ListOptions = {}): Promise<{
    readonly executions: readonly ListedExecution[];
    readonly next?: string;
  }> {
    const { labels, signal, ...query } = options;
    const label = labelQuery(labels);
    return this.#transport.json('listExecutions', { query: { ...query, label }, signal });
  }

  /** All that match, newest first, page by page. */
  async *list(options: ListOptions = {}): AsyncGenerator<ListedExecution, void, undefined> {
    let cursor = options.cursor;
    do {
      const { executions, next } = await this.page({ ...options, cursor });
      yield* executions;
      cursor = next;
    } while (cursor !== undefined);
  }

  /** SIGTERM, and SIGKILL after the grace time. */
  cancel(id: string, { signal }: CallOptions = {}): Promise<Execution> {
    return this.#transport.json('cancelExecution', { path: { id }, isRepeatable: true, signal });
  }

  /** Forgets one that has ended, with its output and its files. */
  delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.done('deleteExecution', { path: { id }, signal });
  }

  events(id: string, options: FollowOptions = {}): AsyncGenerator<ExecutionEvent, void, undefined> {
    return followEvents(this.#transport, { ...options, id });
  }

  output(
    id: string,
    stream: OutputStream,
    options: OutputOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    return followOutput(this.#transport, { ...options, id, stream });
  }

  /** What it wrote so far, as text. */
  async text(id: string, stream: OutputStream, { signal }: CallOptions = {}): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of this.output(id, stream, { signal }))
      text += decoder.decode(chunk, { stream: true });
    return text + decoder.decode();
  }

  /** For one that was created with `stdin: {open: true}`; resolves when the program has taken it. */
  sendInput(id: string, bytes: Bytes, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.done('sendInput', { path: { id }, bytes, signal });
  }

  closeInput(id: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.done('closeInput', { path: { id }, isRepeatable: true, signal });
  }

  async files(
    id: string,
    folder = '',
    { signal }: CallOptions = {},
  ): Promise<readonly FolderEntry[]> {
    const call = { path: { id }, query: { folder }, signal };
    return (await this.#transport.json<{ entries: FolderEntry[] }>('listFiles', call)).entries;
  }

  async readFile(id: string, path: string, { signal }: CallOptions = {}): Promise<Uint8Array> {
    const response = await this.#transport.send('getFile', { path: { id, '*': path }, signal });
    return new Uint8Array(await response.arrayBuffer());
  }

  writeFile(id: string, path: string, bytes: Bytes, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.done('putFile', { path: { id, '*': path }, bytes, signal });
  }

  /** All files of its work folder, or of a folder below it. */
  async archive(
    id: string,
    options: CallOptions & {
      readonly folder?: string | undefined;
      readonly format?: 'tar' | 'tar.gz' | 'zip' | undefined;
    } = {},
  ): Promise<Uint8Array> {
    const { signal, ...query } = options;
    const response = await this.#transport.send('getArchive', { path: { id }, query, signal });
    return new Uint8Array(await response.arrayBuffer());
  }

  changeScaling(
    id: string,
    change: ScalingChange,
    { dryRun, signal }: DryRunOptions = {},
  ): Promise<ScalingEffect> {
    const call = { path: { id }, json: change, query: { dryRun }, signal };
    return this.#transport.json('changeScaling', call);
  }

  changeScalingOf(
    labels: Readonly<Record<string, string>>,
    change: ScalingChange,
    options: DryRunOptions = {},
  ): Promise<BulkEffect> {
    return this.#toMany('changeScalingOfMany', { labels, json: change, ...options });
  }

  /** What other policies would have done with its record: runs nothing. The first curve is what happened. */
  async replay(
    id: string,
    request: ReplayRequest,
    { signal }: CallOptions = {},
  ): Promise<readonly Curve[]> {
    const call = { path: { id }, json: request, isRepeatable: true, signal };
    return (await this.#transport.json<Replayed>('replay', call)).curves;
  }

  /** This size; locked from then on, until its mode is `auto` again. */
  resize(id: string, sizes: Sizes, { dryRun, signal }: DryRunOptions = {}): Promise<Resized> {
    return this.#transport.json('resize', { path: { id }, json: sizes, query: { dryRun }, signal });
  }

  resizeOf(
    labels: Readonly<Record<string, string>>,
    sizes: Sizes,
    options: DryRunOptions = {},
  ): Promise<BulkEffect> {
    return this.#toMany('resizeOfMany', { labels, json: sizes, ...options });
  }

  hint(id: string, hint: Hint, { dryRun, signal }: DryRunOptions = {}): Promise<Hinted> {
    return this.#transport.json('hint', { path: { id }, json: hint, query: { dryRun }, signal });
  }

  hintOf(
    labels: Readonly<Record<string, string>>,
    hint: Hint,
    options: DryRunOptions = {},
  ): Promise<BulkEffect> {
    return this.#toMany('hintOfMany', { labels, json: hint, ...options });
  }

  #toMany(
    operation: 'changeScalingOfMany' | 'resizeOfMany' | 'hintOfMany',
    asked: DryRunOptions & {
      readonly labels: Readonly<Record<string, string>>;
      readonly json: object;
    },
  ): Promise<BulkEffect> {
    const { labels, json, dryRun, signal } = asked;
    return this.#transport.json(operation, {
      query: { label: labelQuery(labels), dryRun },
      json,
      signal,
    });
  }
}

function labelQuery(labels: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}
