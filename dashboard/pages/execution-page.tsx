import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Execution } from '#client/index.ts';
import { messageOf, usePolling } from '../api/polling.ts';
import { client } from '../api/session.ts';
import { RunCharts } from '../charts/run-charts.tsx';
import { TimeRange } from '../charts/time-range.ts';
import { timeText } from '../format.ts';
import { CallGraphCard } from '../run/call-graph-card.tsx';
import { ComplexityCard } from '../run/complexity-card.tsx';
import { DecisionList } from '../run/decision-list.tsx';
import { follow } from '../run/follow.ts';
import { OutputCard } from '../run/output-card.tsx';
import { RunModel } from '../run/run-model.ts';
import { RunTiles } from '../run/run-tiles.tsx';
import { SourceCard } from '../run/source-card.tsx';
import { useSource } from '../run/source.ts';
import { Labels, StateBadge } from '../run/state-badge.tsx';
import { Steering } from '../run/steering.tsx';
import { titleOf } from '../run/words.ts';

const RUNNING_MS = 500;
/** Nothing of it changes any more; it may be deleted. */
const ENDED_MS = 60_000;

/** One execution: what it has and uses, why it was resized, and what it wrote. */
export function ExecutionPage({ id }: { readonly id: string }) {
  const range = useMemo(() => new TimeRange(), [id]);
  const model = useMemo(() => new RunModel(() => range.isInUse), [id]);
  const failure = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const gone = new AbortController();
    follow(id, model, gone.signal).catch((error: unknown) => (failure.value = messageOf(error)));
    return () => gone.abort();
  }, [id]);
  const { isOver } = model;
  const polled = usePolling(
    (signal) => client().executions.get(id, { signal }),
    isOver ? ENDED_MS : RUNNING_MS,
    [id, isOver],
  );
  const { value, problem } = polled.value;
  model.forecast = value?.forecast;
  model.outlook = value?.outlook;
  const source = useSource(value).value;
  const told = failure.value ?? problem;
  return (
    <>
      {value ? <Head execution={value} /> : <h1 tabIndex={-1}>Execution {id}</h1>}
      {told !== undefined && <p class="banner bad">{told}</p>}
      {value?.text !== undefined && <p class="banner warn">{value.text}</p>}
      {value && (
        <>
          <RunTiles execution={value} model={model} />
          <div class="columns">
            <div class="stack">
              <RunCharts model={model} range={range} />
              {source && <SourceCard source={source} model={model} />}
              {source?.analysis && <ComplexityCard analysis={source.analysis} />}
            </div>
            <div class="stack">
              {value.state !== 'ended' && <Steering execution={value} />}
              <OutputCard model={model} />
              <DecisionList model={model} />
              {source?.analysis && (
                <CallGraphCard analysis={source.analysis} code={source.code} model={model} />
              )}
            </div>
          </div>
        </>
      )}
    </>
  );
}

function Head({ execution }: { readonly execution: Execution }) {
  const { id, createdAt, labels, state } = execution;
  return (
    <div class="head">
      <div class="stack">
        <h1 tabIndex={-1}>{titleOf(execution)}</h1>
        <p class="row small soft">
          <StateBadge of={execution} /> <span class="mono">{id}</span> {timeText(createdAt)}
          <Labels labels={labels} />
        </p>
      </div>
      {state === 'ended' && (
        <a class="button" href={`#/compare/${id}`}>
          Compare policies
        </a>
      )}
    </div>
  );
}
