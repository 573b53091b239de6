import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Allocation } from '#model/allocation.ts';
import type { Instance } from '#model/instance.ts';
import { findAccelerator } from '#runtimes/microvm/vmm/qemu/accelerator.ts';
import { buildTestImage, IMAGES, openMachines } from '../../test/microvm/machines.ts';
import { quantile } from '../measure/statistics.ts';
import { BenchServer } from '../serve/server.ts';

const MIB = 2 ** 20;
const MBIT = 1e6;
const FIRST: Allocation = {
  cpuCores: 1,
  memoryBytes: 64 * MIB,
  ingressBitsPerSecond: 10 * MBIT,
  egressBitsPerSecond: 10 * MBIT,
};
/** Says that it began, and goes on. */
const PROGRAM = 'echo begun; while :; do sleep 1; done';
const IDLE_MS = 3_000;
/** In which a machine that waits is made again. */
const BETWEEN_MS = 3_000;

export type MachineFigures = {
  readonly accelerator: 'kvm' | 'tcg';
  readonly figures: Awaited<ReturnType<typeof measure>>;
};

/** Starts machines in every way, resizes one, and ends it. */
export async function measureMachine(): Promise<MachineFigures> {
  await buildTestImage();
  const machines = openMachines();
  try {
    return { accelerator: findAccelerator().kind, figures: await measure(machines) };
  } finally {
    await machines.close();
  }
}

async function measure(machines: ReturnType<typeof openMachines>) {
  const { open, spec } = machines;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const network = { kind: 'none', hostPorts: [port] } as const;
  const started = async (templates: boolean) => {
    const begunMs = performance.now();
    const { instance, output } = await open({ templates }).launch(
      spec(['sh', '-c', PROGRAM], { initial: FIRST, network }),
    );
    await new Promise((resolve) => output.stdout?.once('data', resolve));
    return { instance, tookMs: performance.now() - begunMs };
  };
  const booted = await started(false);
  await booted.instance.release();
  // The first one of a shape makes the template.
  await (await started(true)).instance.release();
  const { instance, tookMs } = await started(true);
  const resize = async (change: Partial<Allocation>): Promise<number> => {
    const { state, latencyMs, message } = await instance.resize({
      ...instance.allocation(),
      ...change,
    });
    if (state !== 'applied') throw new Error(`a resize was ${state}: ${message ?? ''}`);
    return latencyMs;
  };
  const cpuMs = await resize({ cpuCores: 0.5 });
  await resize({ cpuCores: 1 });
  const memoryUpMs = await resize({ memoryBytes: 320 * MIB });
  const memoryDownMs = await resize({ memoryBytes: 64 * MIB });
  const networkMs = await resize({ ingressBitsPerSecond: 50 * MBIT });
  const idle = await idleCost(instance);
  const hostMib = residentMib(machines.monitorOf(instance.id));
  const releasedMs = performance.now();
  instance.kill();
  await instance.exited;
  await instance.release();
  const goneMs = performance.now() - releasedMs;
  server.close();
  return {
    'launch to first output, booted, ms': booted.tookMs,
    'launch to first output, from a template, ms': tookMs,
    ...(await servedMs()),
    'CPU quota, ms': cpuMs,
    'memory +256 MiB, ms': memoryUpMs,
    'memory -256 MiB, ms': memoryDownMs,
    'network rate, ms': networkMs,
    'idle CPU, % of a core': idle,
    'memory of an idle machine on the host, MiB': hostMib,
    'kill and clean up, ms': goneMs,
  };
}

/** Executions of a Python program that does nothing, one by one, as a client sees them. */
async function servedMs() {
  const took = async (max: number): Promise<number> => {
    const settings = { microvm: { imagesFolder: IMAGES } };
    const words = ['--runtime', 'microvm'];
    const server = await new BenchServer().start({ warm: { max } }, { settings, words });
    try {
      const times: number[] = [];
      for (let run = 0; run < 6; run++) {
        const begunMs = performance.now();
        await server.run('python', 'pass');
        times.push(performance.now() - begunMs);
        await sleep(BETWEEN_MS);
      }
      // The first ones load what a server loads once, and teach it the shape.
      return quantile(times.slice(2), 0.5);
    } finally {
      await server.stop();
    }
  };
  return {
    'execution of a server, from a template, ms': await took(0),
    'execution of a server, in a machine that waited, ms': await took(2),
  };
}

async function idleCost(instance: Instance): Promise<number> {
  await sleep(IDLE_MS);
  const before = instance.cpuUsecTotal();
  const startedMs = performance.now();
  await sleep(IDLE_MS);
  return (instance.cpuUsecTotal() - before) / (performance.now() - startedMs) / 10;
}

function residentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
