import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ALLOCATION_KEYS, type Allocation } from '#model/allocation.ts';
import { timelinePoint } from '#loop/managed.ts';
import { OUTCOMES, type Outcome } from '#model/execution.ts';
import type { TimelinePoint } from '#model/summary.ts';
import type { Services } from '#serve/services.ts';
import type { Api } from './server.ts';

const WALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600];
/** Less is the granularity of the kernel's accounts. */
const THROTTLED_CORES = 0.01;
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10, 60];

/**
 * What Prometheus reads (https://prometheus.io/docs/practices/naming/). Labels have few values, known
 * in advance: neither tenants nor executions are among them.
 */
export function measure(api: Api, services: Services): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addGauges(registry, services);
  addWarm(registry, services);
  addOutcomes(registry, services);
  addRequests(registry, api);
  return registry;
}

function addGauges(registry: Registry, { engine, executions, bus }: Services): void {
  const registers = [registry];
  new Gauge({
    name: 'limber_executions',
    help: 'Executions that wait and that run.',
    labelNames: ['state'],
    registers,
    collect() {
      const { running, queued } = executions.counts;
      this.set({ state: 'running' }, running);
      this.set({ state: 'queued' }, queued);
    },
  });
  new Gauge({
    name: 'limber_event_streams',
    help: 'Whoever follows events or waits for an end.',
    registers,
    collect() {
      this.set(bus.subscribers);
    },
  });
  const amounts = (name: string, help: string, read: () => Allocation) =>
    new Gauge({
      name,
      help,
      labelNames: ['resource'],
      registers,
      collect() {
        const now = read();
        for (const key of ALLOCATION_KEYS) this.set({ resource: RESOURCE_LABELS[key] }, now[key]);
      },
    });
  amounts('limber_node_used', 'What executions of this server use.', () => usedBy(executions));
  new Gauge({
    name: 'limber_executions_held_up',
    help: 'Executions that are held up now for want of this resource.',
    labelNames: ['resource'],
    registers,
    collect() {
      const points = pointsOf(executions);
      const throttled = points.filter((point) => point.cpuCoresThrottled > THROTTLED_CORES);
      this.set({ resource: 'cpu' }, throttled.length);
      this.set({ resource: 'memory' }, points.filter((point) => point.memoryStalled).length);
    },
  });
  amounts('limber_node_capacity', 'What instances may hold in all.', () => engine.capacity);
  amounts('limber_node_free', 'What nobody holds.', () => engine.ledger.snapshot().free);
}

/** What those that run read last. */
function pointsOf({ running }: Services['executions']): TimelinePoint[] {
  return [...running].flatMap((live) =>
    live.running ? [timelinePoint(live.running.managed)] : [],
  );
}

function usedBy(executions: Services['executions']): Allocation {
  const points = pointsOf(executions);
  const sum = (value: (point: TimelinePoint) => number) =>
    points.reduce((total, point) => total + value(point), 0);
  return {
    cpuCores: sum((point) => point.cpuCoresUsed),
    memoryBytes: sum((point) => point.memoryWorkingSetBytes),
    ingressBitsPerSecond: sum((point) => point.ingressBitsPerSecond),
    egressBitsPerSecond: sum((point) => point.egressBitsPerSecond),
  };
}

function addWarm(registry: Registry, { warm }: Services): void {
  const registers = [registry];
  new Gauge({
    name: 'limber_warm_instances',
    help: 'Instances whose interpreter is up, or is being started, before an execution has come.',
    labelNames: ['language', 'state'],
    registers,
    collect() {
      for (const { language, ready, starting } of warm.counts()) {
        this.set({ language, state: 'ready' }, ready);
        this.set({ language, state: 'starting' }, starting);
      }
    },
  });
  new Gauge({
    name: 'limber_warm_memory_bytes',
    help: 'What warm instances hold of the memory of the node.',
    registers,
    collect() {
      this.set(warm.heldBytes);
    },
  });
  new Counter({
    name: 'limber_starts_total',
    help: 'Executions of a language that has warm instances, by how they were started.',
    labelNames: ['language', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { language, warmStarts, coldStarts } of warm.counts()) {
        this.inc({ language, kind: 'warm' }, warmStarts);
        this.inc({ language, kind: 'cold' }, coldStarts);
      }
    },
  });
}

/** The unit is in the value of the label: cores, bytes, bits per second. */
const RESOURCE_LABELS = {
  cpuCores: 'cpu_cores',
  memoryBytes: 'memory_bytes',
  ingressBitsPerSecond: 'ingress_bits_per_second',
  egressBitsPerSecond: 'egress_bits_per_second',
} as const;

function addOutcomes(registry: Registry, { bus }: Services): void {
  const registers = [registry];
  const ended = new Counter({
    name: 'limber_executions_ended_total',
    help: 'Executions that have ended.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of OUTCOMES) ended.inc({ outcome }, 0);
  const wallSeconds = new Histogram({
    name: 'limber_execution_duration_seconds',
    help: 'From the start of the program to its end.',
    buckets: WALL_SECONDS,
    registers,
  });
  const resizes = new Counter({
    name: 'limber_resizes_total',
    help: 'Decisions to change an allocation.',
    labelNames: ['state'],
    registers,
  });
  bus.subscribe({ kinds: ['state', 'decision'] }, (events) => {
    for (const { kind, body } of events) {
      const { state, outcome, wallSeconds: seconds } = body as Body;
      if (kind === 'decision') resizes.inc({ state: outcome.state });
      else if (state === 'ended') {
        ended.inc({ outcome: outcome as unknown as Outcome });
        if (seconds !== undefined) wallSeconds.observe(seconds);
      }
    }
  });
}

type Body = {
  readonly state?: string;
  readonly outcome: { readonly state: string };
  readonly wallSeconds?: number;
};

function addRequests(registry: Registry, api: Api): void {
  const seconds = new Histogram({
    name: 'limber_http_request_duration_seconds',
    help: 'Requests by route; a stream lasts as long as it is followed.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [registry],
  });
  api.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    seconds.observe(labels, reply.elapsedTime / 1000);
  });
}
