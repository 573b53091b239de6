import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import type { Hierarchy } from '#runtimes/process/cgroup/types.ts';
import { createProcessRuntime } from '#runtimes/process/runtime.ts';
import { describeRuntime, SMALL, type Subject } from './runtime-suite.ts';

const SHIM = fileURLToPath(new URL('../../probes/process-shim.sh', import.meta.url));
/** No process of Linux has it: pid_max is at most 2^22. */
const NO_PROCESS = { pid: 2 ** 22 + 1, startTicks: 1 };

let launches = 0;

describeRuntime('process', async (): Promise<Subject> => {
  const root = mkdtempSync(join(tmpdir(), 'limber-conformance-'));
  const [runtimeFolder, workFolder, currentFolder] = ['run', 'work', 'current'].map((name) =>
    join(root, name),
  ) as [string, string, string];
  for (const folder of [runtimeFolder, workFolder, currentFolder]) mkdirSync(folder);
  const hierarchy = findHierarchy();
  const open = () => createProcessRuntime({ hierarchy, runtimeFolder, workFolder, shimPath: SHIM });

  const spec: Subject['spec'] = (argv, change) => ({
    id: `conformance-${process.pid}-${++launches}`,
    argv,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/work' },
    view: {
      currentFolder,
      writableCurrentFolder: false,
      inPlace: false,
      workingFolder: '/work',
      mounts: [],
      toolFolders: [],
      files: [],
      hiddenFolders: [],
    },
    network: { kind: 'none', hostPorts: [] },
    initial: SMALL,
    maxMemoryBytes: 2 ** 30,
    burstRoomBytes: 0,
    maxProcesses: 64,
    tmpBytes: 16 * 2 ** 20,
    stdin: 'ignore',
    ...change,
  });

  return {
    runtime: open(),
    successor: open,
    residue: async () => [
      ...namesIn(`${runtimeFolder}/instances`),
      ...namesIn(workFolder),
      ...cgroupNames(hierarchy),
    ],
    spec,
    kept() {
      const folder = mkdtempSync(join(root, 'kept-'));
      return {
        stdoutPath: join(folder, 'out'),
        stderrPath: join(folder, 'err'),
        maxBytes: 2 ** 20,
      };
    },
    stateFolder: (id) => `${runtimeFolder}/instances/${id}`,
    inPlace(argv) {
      const folder = mkdtempSync(join(root, 'in-place-'));
      const plain = spec(argv);
      return {
        folder,
        spec: spec(argv, { view: { ...plain.view, currentFolder: folder, inPlace: true } }),
      };
    },
    async forgetController(id) {
      const path = `${runtimeFolder}/instances/${id}/instance.json`;
      const record = JSON.parse(readFileSync(path, 'utf8')) as object;
      writeFileSync(path, JSON.stringify({ ...record, controller: NO_PROCESS }));
    },
    async close() {
      rmSync(root, { recursive: true, force: true });
    },
  };
});

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Instances below every controller's folder of this process. */
function cgroupNames(hierarchy: Hierarchy): readonly string[] {
  const roots =
    hierarchy.kind === 'v1'
      ? Object.values(hierarchy.folders)
      : hierarchy.kind === 'v2'
        ? [hierarchy.folder]
        : [];
  return roots.flatMap((root) =>
    namesIn(root ?? '')
      .filter((name) => name.startsWith(`c${process.pid}-`))
      .flatMap((name) =>
        namesIn(`${root}/${name}`).filter((entry) => entry.startsWith('conformance-')),
      ),
  );
}
