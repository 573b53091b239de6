import type { ServerAddress, TopOptions, WatchOptions } from '#cli/handlers.ts';
import { showTop, showWatch } from '#cli/screen/show-live.ts';
import type { LiveRun, LiveSource } from '#cli/screen/source.ts';
import type { Execution, LimberClient, ListedExecution } from '#client/index.ts';
import { explain } from '#explain/sentence.ts';
import { DEFAULT_PRIORITY } from '#model/claim.ts';
import type { Decision } from '#model/decision.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { placeOf } from '../live.ts';
import { connect, translated } from './connect.ts';
import { findExecution, titleOf } from './find.ts';

const NEWEST = 200;

/** `limber --server URL top`. */
export function remoteTop(at: ServerAddress, options: TopOptions): Promise<number> {
  return translated(async () => showTop(options, placeOf(serverSource(await reached(at)))));
}

/** `limber --server URL watch`. */
export function remoteWatch(at: ServerAddress, options: WatchOptions): Promise<number> {
  return translated(async () => showWatch(options, placeOf(serverSource(await reached(at)))));
}

function reached(at: ServerAddress): Promise<LimberClient> {
  return connect(at, (text) => void process.stderr.write(`${text}\n`));
}

/** What a server says; of the run that is watched, each event is asked for once. */
function serverSource(client: LimberClient): LiveSource {
  const followed = new Map<string, Followed>();
  return {
    runs: async () => {
      const { executions } = await client.executions.page({ limit: NEWEST });
      return executions.map(runOf);
    },
    find: async (id) => (await findExecution(client, id)).id,
    watch: async (id) => {
      const known = followed.get(id) ?? { timeline: [], decisions: [], after: undefined };
      followed.set(id, known);
      const [execution] = await Promise.all([client.executions.get(id), hear(client, id, known)]);
      const { timeline, decisions } = known;
      return { ...runOf(execution), timeline, sentences: explain(decisions, { all: false }) };
    },
    capacity: async () => (await client.node.get()).capacity,
  };
}

type Followed = {
  readonly timeline: TimelinePoint[];
  readonly decisions: Decision[];
  after: number | undefined;
};

async function hear(client: LimberClient, id: string, known: Followed): Promise<void> {
  const kinds = ['sample', 'decision'] as const;
  const events = client.executions.events(id, { kinds, after: known.after, follow: false });
  for await (const event of events) {
    known.after = event.sequence;
    if (event.kind === 'sample') known.timeline.push(event.data as TimelinePoint);
    if (event.kind === 'decision') known.decisions.push(event.data as unknown as Decision);
  }
}

function runOf(execution: ListedExecution | Execution): LiveRun {
  const { id, createdAt, startedAt, outcome, state, scaling, allocation, usage } = execution;
  return {
    id,
    title: titleOf(execution),
    startedAtMs: Date.parse(startedAt ?? createdAt),
    status: outcome ?? (state === 'running' ? 'running' : 'queued'),
    policy: scaling.policy ?? '',
    priority: scaling.priority ?? DEFAULT_PRIORITY,
    ...(allocation && usage && { latest: { ...usage, allocation } as TimelinePoint }),
  };
}
