import { SpanStatusCode, trace, type Attributes, type Span, type Tracer } from '@opentelemetry/api';
import { ATTR_CONTAINER_ID } from '@opentelemetry/semantic-conventions';
import type { Decision } from '#model/decision.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { Services } from '../services.ts';
import { contextOf } from './trace-context.ts';

/** More are in the record; a span is sent whole. */
const MOST_DECISIONS = 100;

/**
 * Each execution as a span below the request that made it, with its waiting and its run below that,
 * and every resize as an event of the run. They are made of what is stored when it has ended: so they
 * are whole also of one that was taken over from another server.
 */
export function traceExecutions(tracer: Tracer, services: Services): () => void {
  return services.bus.subscribe({ kinds: ['state'] }, (events) => {
    for (const { execution, body } of events) {
      if ((body as { state: string }).state !== 'ended') continue;
      const ended = services.store.find(execution);
      if (ended) tell(tracer, ended, services.engine.store.decisions(execution) as Decision[]);
    }
  });
}

function tell(tracer: Tracer, execution: ServiceExecution, decisions: readonly Decision[]): void {
  const { createdAtMs, startedAtMs, endedAtMs = Date.now() } = execution;
  const { traceparent } = execution.request as { readonly traceparent?: unknown };
  const begun = contextOf(traceparent);
  const attributes = attributesOf(execution);
  const whole = tracer.startSpan('execution', { startTime: at(createdAtMs), attributes }, begun);
  const below = trace.setSpan(begun, whole);
  const part = (name: string, fromMs: number, toMs: number, fill?: (span: Span) => void) => {
    const span = tracer.startSpan(
      name,
      { startTime: at(fromMs), attributes: idOf(execution) },
      below,
    );
    fill?.(span);
    span.end(at(toMs));
  };
  part('queued', createdAtMs, startedAtMs ?? endedAtMs);
  if (startedAtMs !== undefined)
    part('run', startedAtMs, endedAtMs, (span) => addResizes(span, startedAtMs, decisions));
  const isWell = execution.outcome === 'succeeded';
  whole.setStatus({ code: isWell ? SpanStatusCode.OK : SpanStatusCode.ERROR });
  whole.end(at(endedAtMs));
}

function addResizes(span: Span, startedAtMs: number, decisions: readonly Decision[]): void {
  for (const { atSeconds, from, to, reasons, outcome } of decisions.slice(0, MOST_DECISIONS)) {
    const attributes = {
      'limber.resize.state': outcome.state,
      'limber.resize.reasons': reasons.map(({ text }) => text),
      'limber.resize.cpu.from': from.cpuCores,
      'limber.resize.cpu.to': to.cpuCores,
      'limber.resize.memory.from': from.memoryBytes,
      'limber.resize.memory.to': to.memoryBytes,
    };
    span.addEvent('resize', attributes, at(startedAtMs + atSeconds * 1000));
  }
}

function attributesOf(execution: ServiceExecution): Attributes {
  const { tenant, labels, outcome, result } = execution;
  const exitCode = result?.summary?.exitCode;
  return {
    ...idOf(execution),
    'container.runtime.name': 'limber',
    'limber.tenant': tenant,
    ...(outcome !== undefined && { 'limber.execution.outcome': outcome }),
    ...(typeof exitCode === 'number' && { 'process.exit.code': exitCode }),
    ...Object.fromEntries(
      Object.entries(labels).map(([name, value]) => [`container.label.${name}`, value]),
    ),
  };
}

function idOf({ id }: ServiceExecution): Attributes {
  return { [ATTR_CONTAINER_ID]: id };
}

/** A bare number could be taken for time since the start of this process. */
function at(ms: number): Date {
  return new Date(ms);
}
