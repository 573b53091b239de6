import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#config/load.ts';
import { readNodeCapacity } from '#config/node-capacity.ts';
import { NOTHING_KNOWN } from '#model/known-input.ts';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { createPolicy } from '#decide/create-policy.ts';
import { Controller } from '#loop/controller.ts';
import type { Managed } from '#loop/managed.ts';
import { mapAllocation, type Allocation } from '#model/allocation.ts';
import { burstRoomBytesOf, type Exit, type Instance } from '#model/instance.ts';
import { shareOut } from '#arbitrate/share-out.ts';
import { booksOf } from '#commands/node-books.ts';
import { openLedger } from '#record/ledger.ts';
import { enforcementOf } from '#runtimes/process/options.ts';
import { CONTROLLER_FOLDER, THIS_CONTROLLER } from '#runtimes/process/this-controller.ts';
import { kernelLimits, withBurstRoom } from '#runtimes/process/burst-room.ts';
import { createCgroup } from '#runtimes/process/cgroup/open.ts';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import { openChannel } from '#runtimes/process/channel/channel.ts';
import { createInstance } from '#runtimes/process/instance.ts';
import { createTotalCpu } from '#runtimes/process/total-cpu.ts';
import { meter, type Meter } from './meter.ts';

export type Member = { readonly id: string; readonly procsFiles: readonly string[] };

/** Real instances without a sandbox, under the real loop. Lifecycle: make → run → dissolve. */
export type Fleet = {
  readonly members: readonly Member[];
  readonly controller: Controller;
  readonly meter: Meter;
  readonly dissolve: () => Promise<void>;
};

const config = loadConfig({ env: {} });
const hierarchy = findHierarchy();
const enforcement = enforcementOf(hierarchy);
const NO_RATE = { ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };
const MIN: Allocation = { ...config.min, ...NO_RATE };

/** Every instance starts at the minimum, as one that has been idle for long. */
export function makeFleet(size: number): Fleet {
  const folder = mkdtempSync(join(tmpdir(), 'limber-bench-'));
  const ledger = openLedger({ path: `${folder}/ledger`, capacity: capacityFor(size), shareOut });
  const counts = meter();
  const controller = new Controller({
    ...booksOf(ledger),
    intervals: config.sampling,
    trend: config.predictive,
    cpuUsecOfAll: createTotalCpu(hierarchy, CONTROLLER_FOLDER),
    clock: () => performance.now(),
  });
  const made = Array.from({ length: size }, (_, index) => makeInstance(`bench-${index}`, folder));
  const managed: Managed[] = [];
  for (const { instance } of made) {
    const { pid: controllerPid, startTicks: controllerStartTicks } = THIS_CONTROLLER;
    ledger.admit(instance.id, { min: MIN, wanted: MIN, controllerPid, controllerStartTicks });
    managed.push(manage(controller, counts.metered(instance)));
  }
  return {
    members: made,
    controller,
    meter: counts,
    async dissolve() {
      for (const one of managed) controller.remove(one);
      for (const { instance } of made) await instance.release();
      ledger.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A thousand idle instances are more than a small machine has: they are meant to be overbooked. */
function capacityFor(size: number): Allocation {
  const node = readNodeCapacity(config.node);
  return mapAllocation((key) => node[key] + size * MIN[key]);
}

function makeInstance(id: string, folder: string): Member & { readonly instance: Instance } {
  const room = { burstRoomBytes: burstRoomBytesOf(enforcement), maxMemoryBytes: 2 ** 30 };
  const bare = createCgroup(hierarchy, {
    path: `${CONTROLLER_FOLDER}/${id}`,
    limits: kernelLimits(MIN, room),
    maxMemoryBytes: room.maxMemoryBytes,
    maxProcesses: 64,
    cpuWeight: 100,
  });
  if (!bare) throw new Error('this benchmark needs cgroups that it may write');
  const cgroup = withBurstRoom(bare, room, MIN);
  const stateFolder = `${folder}/${id}`;
  mkdirSync(`${stateFolder}/shared`, { recursive: true });
  const instance = createInstance({
    id,
    enforcement,
    stateFolder,
    sandboxPid: 0,
    shimPid: 0,
    cgroup,
    network: undefined,
    initial: MIN,
    ...room,
    channel: openChannel(stateFolder),
    hasInput: false,
    exited: new Promise<Omit<Exit, 'memoryExhausted'>>(() => {}),
    release: cgroup.remove,
  });
  return { id, instance, procsFiles: cgroup.procsFiles };
}

function fail(error: unknown): never {
  throw error;
}

function manage(controller: Controller, instance: Instance): Managed {
  const node = readNodeCapacity(config.node);
  const max = { ...node, ...NO_RATE, memoryBytes: 2 ** 30 };
  return controller.add({
    instance,
    policy: createPolicy('predictive', config),
    constraints: { min: MIN, max, priority: 50, mode: 'auto' },
    profile: unknownProfile({ language: 'unknown', reason: 'not read' }),
    places: [],
    looksOutside: true,
    knownInput: NOTHING_KNOWN,
    ceiling: max,
    events: { onPoint() {}, onDecision() {}, onNote() {}, onMemoryExhausted() {}, onFault: fail },
  });
}
