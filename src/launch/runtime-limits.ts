import type { Allocation } from '#model/allocation.ts';

const MiB = 2 ** 20;

/** V8 needs tens of MiB beside its old space; below this its own default does less harm than a limit. */
const SMALLEST_V8_BYTES = 128 * MiB;

/** UV_THREADPOOL_SIZE counts threads that wait for files and names, not cores; 4 is libuv's default. */
const LEAST_UV_THREADS = 4;

/** The collector of Go must see its limit before the kernel does. */
const GO_SHARE = 0.9;

/**
 * Limits that language runtimes fix at their start, set so that later growth can be used: memory to
 * the maximum that the instance may reach, threads to its cores and not to the host's. Variables that
 * the user set stay; only NODE_OPTIONS is a list, to which ours is added.
 * Example: 2 GiB and 1.5 cores give --max-old-space-size=2048 and OMP_NUM_THREADS=2.
 */
export function runtimeLimits(
  max: Pick<Allocation, 'cpuCores' | 'memoryBytes'>,
  userEnv: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const limits = { ...threads(max.cpuCores), ...memory(max.memoryBytes) };
  const unset = Object.entries(limits).filter(([name]) => !(name in userEnv));
  const nodeOptions = nodeOptionsFor(max.memoryBytes, userEnv['NODE_OPTIONS']);
  return { ...Object.fromEntries(unset), ...(nodeOptions && { NODE_OPTIONS: nodeOptions }) };
}

function threads(cpuCores: number): Readonly<Record<string, string>> {
  if (!Number.isFinite(cpuCores)) return {};
  const cores = Math.max(1, Math.ceil(cpuCores));
  const names = [
    ...['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMEXPR_NUM_THREADS'],
    ...['RAYON_NUM_THREADS', 'GOMAXPROCS', 'PYTHON_CPU_COUNT'],
  ];
  return {
    ...Object.fromEntries(names.map((name) => [name, String(cores)])),
    UV_THREADPOOL_SIZE: String(Math.max(LEAST_UV_THREADS, cores)),
  };
}

function memory(memoryBytes: number): Readonly<Record<string, string>> {
  if (!Number.isFinite(memoryBytes)) return {};
  return { GOMEMLIMIT: `${Math.floor((memoryBytes * GO_SHARE) / MiB)}MiB` };
}

function nodeOptionsFor(memoryBytes: number, users: string | undefined): string | undefined {
  const isSet = /--max[-_]old[-_]space[-_]size/.test(users ?? '');
  if (isSet || !Number.isFinite(memoryBytes) || memoryBytes < SMALLEST_V8_BYTES) return users;
  return [users, `--max-old-space-size=${Math.floor(memoryBytes / MiB)}`].filter(Boolean).join(' ');
}
