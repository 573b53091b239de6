import { createInterface } from 'node:readline';
import type { Allocation } from '#model/allocation.ts';
import type { ResizeOutcome } from '#model/decision.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import { MAIN, podName } from '#runtimes/kubernetes/pod/names.ts';
import { namespaceOf } from '#runtimes/kubernetes/pod/namespace.ts';
import { Pods } from '#runtimes/kubernetes/pod/pods.ts';
import { roomyForm } from '#runtimes/kubernetes/resize/shape.ts';
import { Resizer } from '#runtimes/kubernetes/resize/resizer.ts';
import { createKubernetesRuntime } from '#runtimes/kubernetes/runtime.ts';
import { fileURLToPath } from 'node:url';
import type { TestCluster } from '../../test/kubernetes/cluster.ts';

const PROBES = fileURLToPath(new URL('../../probes', import.meta.url));
const UNBOUNDED = 2 ** 46;
const SMALL: Allocation = {
  cpuCores: 0.3,
  memoryBytes: 320 * 2 ** 20,
  ingressBitsPerSecond: 0,
  egressBitsPerSecond: 0,
};

/** Holds memory, and says whenever a limit of its own cgroup has changed: looks 500 times a second. */
const WATCH = `
import sys, time
held = bytearray(int(sys.argv[1]))
for at in range(0, len(held), 4096): held[at] = 1
base = '/sys/fs/cgroup/'
files = []
for name in ('cpu.max', 'memory.max', 'cpu/cpu.cfs_quota_us', 'memory/memory.limit_in_bytes'):
    try: files.append(open(base + name))
    except OSError: pass
def limits():
    for file in files: file.seek(0)
    return [file.read() for file in files]
known = limits()
print('watching', flush=True)
while True:
    time.sleep(0.002)
    now = limits()
    if now != known: print('changed', flush=True)
    known = now
`;

/** A pod whose limits are watched from inside, and whose patches are timed. */
export type WatchedPod = {
  readonly resize: (target: Allocation) => Promise<ResizeOutcome>;
  /** As when the program has grown since it was read last: no floor is known. */
  readonly resizeBlindly: (target: Allocation) => Promise<ResizeOutcome>;
  readonly forget: () => void;
  /** How long the API server took for each patch since then. */
  readonly answersMs: () => readonly number[];
  /** When word of a changed limit arrived from inside, since then. */
  readonly changesMs: () => readonly number[];
  readonly close: () => Promise<void>;
};

export async function openWatchedPod(
  { client: plain, settings, installation, spec }: TestCluster,
  { heldBytes, reserved = SMALL }: { readonly heldBytes: number; readonly reserved?: Allocation },
): Promise<WatchedPod> {
  const answers: number[] = [];
  const changes: number[] = [];
  const client = timed(plain, (ms) => answers.push(ms));
  const runtime = createKubernetesRuntime({ settings, installation, probesFolder: PROBES }, client);
  const asked = spec(['python3', '-uc', WATCH, String(heldBytes)], {
    initial: reserved,
    burstRoomBytes: 0,
    maxMemoryBytes: UNBOUNDED,
  });
  const { instance, output } = await runtime.launch(asked);
  const watching = Promise.withResolvers<void>();
  createInterface({ input: output.stdout! }).on('line', (line) => {
    if (line === 'watching') watching.resolve();
    else changes.push(performance.now());
  });
  output.stderr?.pipe(process.stderr);
  await Promise.race([watching.promise, instance.exited.then(refuseEnd)]);
  const blind = await blindResizer();

  async function blindResizer(): Promise<{ resizer: Resizer; stop: () => void }> {
    const namespace = namespaceOf(asked.pod?.tenant ?? '', settings);
    const name = podName(asked);
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const pod = await plain.request<Pod>({ verb: 'GET', path });
    const form = roomyForm({ burstRoomBytes: 0, maxMemoryBytes: UNBOUNDED });
    const shared = { client, namespace, pod, container: MAIN, form, initial: reserved };
    const resizer = new Resizer({ ...shared, floorBytes: () => 0 });
    const pods = new Pods(plain, installation);
    const stop = await pods.follow(namespace, name, (now) => now && resizer.observe(now));
    return { resizer, stop };
  }

  return {
    resize: async (target) => instance.resize(target),
    resizeBlindly: (target) => blind.resizer.resize(target),
    forget() {
      answers.length = 0;
      changes.length = 0;
    },
    answersMs: () => answers,
    changesMs: () => changes,
    async close() {
      blind.stop();
      blind.resizer.close();
      await instance.release();
    },
  };
}

function timed(client: Client, onPatch: (ms: number) => void): Client {
  return {
    ...client,
    async request(request) {
      const startMs = performance.now();
      try {
        return await client.request(request);
      } finally {
        if (request.path.endsWith('/resize')) onPatch(performance.now() - startMs);
      }
    },
  };
}

function refuseEnd(): never {
  throw new Error('bench kubernetes: the pod ended before it watched; its image needs python3');
}
