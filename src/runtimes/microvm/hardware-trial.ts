import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hasCode } from '../process/cgroup/files.ts';
import { buildingFolder, trialPath, trialPaths, type Image } from './image/store.ts';
import { inLoneMachine, type LoneMachineSpec } from './lone-machine.ts';
import type { MicrovmOptions } from './options.ts';
import { problemOf } from './problem-of.ts';
import { shortHash } from './short-hash.ts';
import { UnderWay } from './under-way.ts';

/** A guest is up within a second or two where the host's processors do what they are asked to. */
const DEADLINE_MS = 10_000;

/** Since when the host runs, and why a guest did not come up; absent where it did. */
type Finding = { readonly boot: string; readonly why?: string };
const trials = new UnderWay<Finding>();

/**
 * Why guests cannot run on the host's own processors although it offers that; undefined where they
 * can, or where nothing is offered. Found by booting one, once since the host has booted.
 */
export async function whyNoHardware(
  { imagesFolder, vmm, mention }: Pick<MicrovmOptions, 'imagesFolder' | 'vmm' | 'mention'>,
  image: Image,
  spec: Omit<LoneMachineSpec, 'start' | 'processorsBy'>,
): Promise<string | undefined> {
  if (!vmm.mayUseHardware()) return undefined;
  const path = trialPath(imagesFolder, await trialKey(vmm, image));
  const kept = readFinding(path);
  if (kept) return kept.why;
  return (await trials.get(path, tryIt)).why;

  async function tryIt(): Promise<Finding> {
    mention('trying whether guests run on the processors of this host');
    const finding = await boot({ imagesFolder, vmm, spec });
    writeFileSync(path, JSON.stringify(finding), { mode: 0o600 });
    return finding;
  }
}

/** Why a guest of any image was found not to come up, since the host has booted. */
export function knownWhyNoHardware(imagesFolder: string): string | undefined {
  const found = trialPaths(imagesFolder).map(readFinding);
  return found.find((finding) => finding?.boot === bootId() && finding.why !== undefined)?.why;
}

async function boot({
  imagesFolder,
  vmm,
  spec,
}: Pick<MicrovmOptions, 'imagesFolder' | 'vmm'> & {
  readonly spec: Omit<LoneMachineSpec, 'start' | 'processorsBy'>;
}): Promise<Finding> {
  const folder = buildingFolder(imagesFolder);
  const whole = { ...spec, start: { kind: 'boot' }, processorsBy: 'hardware' } as const;
  try {
    await inLoneMachine({ vmm, folder, spec: whole, deadlineMs: DEADLINE_MS }, async () => {});
    return { boot: bootId() };
  } catch (error) {
    return {
      boot: bootId(),
      why: `a guest that was tried with it did not come up: ${problemOf(error)}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function trialKey(vmm: MicrovmOptions['vmm'], image: Image): Promise<string> {
  return shortHash([vmm.name, await vmm.stateKind(), bootId(), image.sha256.vmlinuz]);
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function readFinding(path: string): Finding | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Finding;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
