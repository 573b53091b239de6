import type { Allocation } from '#model/allocation.ts';
import type { Enforcement, Exit, Instance } from '#model/instance.ts';
import { openLook } from '#runtimes/kubernetes/agent/look.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import { Resizer } from '#runtimes/kubernetes/resize/resizer.ts';
import type { Form } from '#runtimes/kubernetes/resize/shape.ts';
import { createUsage } from '#runtimes/kubernetes/usage.ts';

/** From the PATCH until the cgroup has it, and the way there: docs/kubernetes.md. */
const ACTUATION_LATENCY_MS = 60;

export type ContainerOptions = {
  readonly client: Client;
  readonly pod: Pod;
  readonly container: string;
  readonly form: Form;
  readonly initial: Allocation;
  readonly burstRoomBytes: number;
  /** Text of probes/pod/look.sh: it runs in the container and needs nothing but a shell there. */
  readonly lookScript: string;
};

/** A container that runs already, and is neither ended nor removed by whoever resizes it. */
export type WatchedContainer = {
  readonly instance: Instance;
  /** The pod's newest state. */
  readonly observe: (pod: Pod) => void;
  /** False until it has been read once. */
  readonly isRead: () => boolean;
  readonly close: () => Promise<void>;
};

/** Its usage is read from inside, as that of Limber's own pods: docs/decisions/0018-operator.md. */
export function watchContainer(options: ContainerOptions): WatchedContainer {
  const { client, pod, container, form, initial, burstRoomBytes, lookScript } = options;
  const { name, namespace = '', uid = '' } = pod.metadata;
  const usage = createUsage(() => resizer.limitBytes());
  const { floorBytes } = usage;
  const resizer = new Resizer({ client, namespace, pod, container, form, initial, floorBytes });
  let isRead = false;
  let isOpen = true;
  const target = { namespace, pod: name, container, command: ['sh', '-c', lookScript] };
  const look = openLook(client, target, (counters) => {
    isRead = true;
    usage.arrive(counters, performance.now());
  });
  const gone = Promise.withResolvers<Exit>();
  const enforcement: Enforcement = { kind: 'enforce', cgroupVersion: 2, burstRoomBytes };
  const instance: Instance = {
    id: `${uid}/${container}`,
    runtime: 'kubernetes',
    enforcement,
    actuationLatencyMs: ACTUATION_LATENCY_MS,
    kernelEndsAtMaximum: true,
    exited: gone.promise,
    reading: usage.reading,
    allocation: () => resizer.allocation(),
    sample(nowMs, quietUntilMs) {
      if (!isOpen) return false;
      look.ask(nowMs);
      usage.read(nowMs, quietUntilMs);
      return true;
    },
    cpuUsecTotal: () => (isOpen ? usage.cpuUsecTotal() : -1),
    onPressure: usage.onPressure,
    ...(burstRoomBytes > 0 && { burstRoom: { bytes: burstRoomBytes, close() {}, open() {} } }),
    resize: (to) => resizer.resize(to),
    // Somebody else's program: it is not Limber's to end, nor to speak to.
    signal() {},
    kill() {},
    onMessage: () => () => {},
    publish() {},
    release: () => close(),
  };

  async function close(): Promise<void> {
    isOpen = false;
    resizer.close();
    await look.close();
    gone.resolve({ started: true, memoryExhausted: false });
  }

  return { instance, observe: (now) => resizer.observe(now), isRead: () => isRead, close };
}
