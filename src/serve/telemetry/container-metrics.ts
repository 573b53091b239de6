import type { Attributes, Meter, MetricOptions, ObservableResult } from '@opentelemetry/api';
import { ATTR_CONTAINER_ID } from '@opentelemetry/semantic-conventions';
import type { Managed } from '#loop/managed.ts';
import type { Services } from '../services.ts';

type Observe = (result: ObservableResult, managed: Managed, attributes: Attributes) => void;

/** One number per instance. */
const one =
  (read: (managed: Managed) => number): Observe =>
  (result, managed, attributes) =>
    result.observe(read(managed), attributes);

type Instrument = {
  readonly name: string;
  readonly kind: 'Counter' | 'Gauge' | 'UpDownCounter';
  readonly options: MetricOptions;
  readonly observe: Observe;
};

const USEC_PER_SECOND = 1_000_000;
const MS_PER_SECOND = 1_000;

/**
 * What each instance uses and holds, by the semantic conventions for containers
 * (https://opentelemetry.io/docs/specs/semconv/system/container-metrics). Only what runs now is told:
 * there are never more series than that.
 */
export function addContainerMetrics(meter: Meter, { executions, store }: Services): void {
  const running = () =>
    store.list({ state: 'running', limit: executions.counts.running }).flatMap(({ id, tenant }) => {
      const managed = executions.live(id)?.running?.managed;
      return managed
        ? [{ managed, attributes: { [ATTR_CONTAINER_ID]: id, 'limber.tenant': tenant } }]
        : [];
    });
  for (const { name, kind, options, observe } of INSTRUMENTS)
    meter[`createObservable${kind}`](name, options).addCallback((result) => {
      for (const { managed, attributes } of running()) observe(result, managed, attributes);
    });
  meter
    .createObservableUpDownCounter('limber.executions', {
      unit: '{execution}',
      description: 'Executions that wait and that run.',
    })
    .addCallback((result) => {
      for (const [state, count] of Object.entries(executions.counts))
        result.observe(count, { 'limber.execution.state': state });
    });
}

const INSTRUMENTS: readonly Instrument[] = [
  {
    name: 'container.cpu.time',
    kind: 'Counter',
    options: { unit: 's', description: 'Total CPU time consumed.' },
    observe: one(({ instance }) => instance.reading.cpuUsecTotal / USEC_PER_SECOND),
  },
  {
    name: 'container.cpu.usage',
    kind: 'Gauge',
    options: { unit: '{cpu}', description: 'CPU usage, in cores.' },
    observe: one(({ instance }) => instance.reading.cpuCoresUsed),
  },
  {
    name: 'container.memory.usage',
    kind: 'UpDownCounter',
    options: { unit: 'By', description: 'Memory usage, page cache included.' },
    observe: one(({ instance }) => instance.reading.memoryBytes),
  },
  {
    name: 'container.memory.working_set',
    kind: 'UpDownCounter',
    options: { unit: 'By', description: 'Memory that cannot be reclaimed.' },
    observe: one(({ instance }) => instance.reading.memoryWorkingSetBytes),
  },
  {
    name: 'container.network.io',
    kind: 'Counter',
    options: { unit: 'By', description: 'Bytes received and sent.' },
    observe(result, { instance: { reading } }, attributes) {
      const io = (direction: string) => ({ ...attributes, 'network.io.direction': direction });
      result.observe(reading.ingressBytesTotal, io('receive'));
      result.observe(reading.egressBytesTotal, io('transmit'));
    },
  },
  {
    name: 'container.uptime',
    kind: 'Gauge',
    options: { unit: 's', description: 'The time that it has been running.' },
    observe: one(({ instance, startedMs }) => (instance.reading.atMs - startedMs) / MS_PER_SECOND),
  },
  {
    name: 'limber.allocation.cpu',
    kind: 'UpDownCounter',
    options: { unit: '{cpu}', description: 'CPU that it may use now, in cores.' },
    observe: one(({ input }) => input.allocation.cpuCores),
  },
  {
    name: 'limber.allocation.memory',
    kind: 'UpDownCounter',
    options: { unit: 'By', description: 'Memory that it may use now.' },
    observe: one(({ input }) => input.allocation.memoryBytes),
  },
];
