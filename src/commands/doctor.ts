import { execFileSync } from 'node:child_process';
import { doctorText, type Check } from '#cli/doctor-text.ts';
import type { DoctorOptions } from '#cli/handlers.ts';
import { styleFor } from '#cli/style.ts';
import { readNodeCapacity } from '#config/node-capacity.ts';
import { loadConfig } from '#config/load.ts';
import { formatBytes, formatCpuCores } from '#model/quantities.ts';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import { probeNetwork } from '#runtimes/process/network/probe.ts';
import type { Environment } from './engine.ts';

const NEEDS_ATTENTION = 1;
const MIN_NODE_MAJOR = 24;

/** `limber doctor`: what this machine offers, and what to do about the rest. */
export async function doctor(options: DoctorOptions, env: Environment): Promise<number> {
  const { json } = options;
  const checks = await checksOf(options, env);
  process.stdout.write(
    json ? `${JSON.stringify(checks, null, 2)}\n` : doctorText(checks, styleFor(process.stdout)),
  );
  return checks.every(({ ok }) => ok) ? 0 : NEEDS_ATTENTION;
}

async function checksOf(
  { kubernetes, operator, microvm }: DoctorOptions,
  env: Environment,
): Promise<readonly Check[]> {
  if (kubernetes) return clusterChecks(env, operator);
  if (!microvm) return machineChecks(env);
  const { microvmChecks } = await import('./doctor-microvm.ts');
  return [nodeCheck(), ...microvmChecks(env)];
}

async function clusterChecks(env: Environment, operator: boolean): Promise<readonly Check[]> {
  const { kubernetesChecks } = await import('./doctor-kubernetes.ts');
  return [nodeCheck(), ...(await kubernetesChecks(env, operator))];
}

async function machineChecks(env: Environment): Promise<readonly Check[]> {
  const own = [nodeCheck(), cgroupCheck(), sandboxCheck(), capacityCheck(env), warmCheck(env)];
  return [...own, ...(await probeNetwork())];
}

function nodeCheck(): Check {
  const { node } = process.versions;
  const ok = Number.parseInt(node, 10) >= MIN_NODE_MAJOR;
  return { name: 'node', ok, detail: node, hint: `Limber needs Node ${MIN_NODE_MAJOR} or newer.` };
}

function cgroupCheck(): Check {
  const hierarchy = findHierarchy();
  if (hierarchy.kind === 'none') {
    return { name: 'cgroups', ok: false, detail: hierarchy.problem, hint: hierarchy.hint };
  }
  const version = hierarchy.kind === 'v1' ? 1 : 2;
  return { name: 'cgroups', ok: true, detail: `version ${version}: CPU and memory can be resized` };
}

/** The real thing: a sandbox with every namespace that a run uses. */
function sandboxCheck(): Check {
  const hint = 'Install it with: apt-get install bubblewrap; user namespaces must be allowed.';
  try {
    const flags = ['--unshare-user', '--unshare-pid', '--unshare-net', '--ro-bind', '/', '/'];
    execFileSync('bwrap', [...flags, 'true'], { stdio: 'pipe' });
    const detail = execFileSync('bwrap', ['--version'], { encoding: 'utf8' }).trim();
    return { name: 'sandbox', ok: true, detail };
  } catch (error) {
    const detail =
      error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error);
    return { name: 'sandbox', ok: false, detail, hint };
  }
}

function capacityCheck(env: Environment): Check {
  const { cpuCores, memoryBytes } = readNodeCapacity(loadConfig({ env }).node);
  const detail = `${formatCpuCores(cpuCores)} cores and ${formatBytes(memoryBytes)} for runs`;
  return { name: 'capacity', ok: true, detail };
}

/** Nothing of it can be missing that is not looked at above. */
function warmCheck(env: Environment): Check {
  const { min, max } = loadConfig({ env }).serve.warm;
  const detail =
    max === 0
      ? '`limber serve` starts every execution cold (serve.warm.max is 0)'
      : `\`limber serve\` keeps ${min} to ${max} ready of each language in use`;
  return { name: 'warm starts', ok: true, detail };
}
