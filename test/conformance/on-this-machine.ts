import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchSpec } from '#model/launch.ts';
import type { Hierarchy } from '#runtimes/process/cgroup/types.ts';
import { SMALL, type Subject } from './runtime-suite.ts';
import { viewOf } from './view-of.ts';

/** No process of Linux has it: pid_max is at most 2^22. */
const NO_PROCESS = { pid: 2 ** 22 + 1, startTicks: 1 };

let launches = 0;

/** What every test of a runtime of this machine begins with. */
export function plainSpec(argv: readonly string[], currentFolder: string): LaunchSpec {
  return {
    id: `conformance-${process.pid}-${++launches}`,
    argv,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/work' },
    view: viewOf(currentFolder),
    network: { kind: 'none', hostPorts: [] },
    initial: SMALL,
    maxMemoryBytes: 2 ** 30,
    burstRoomBytes: 0,
    maxProcesses: 64,
    tmpBytes: 16 * 2 ** 20,
    stdin: 'ignore',
  };
}

/** What the suite asks of a runtime whose instances have their folders on this machine. */
export function withFolders(
  { root, runtimeFolder }: { readonly root: string; readonly runtimeFolder: string },
  spec: Subject['spec'],
): Pick<Subject, 'kept' | 'stateFolder' | 'inPlace' | 'forgetController'> {
  return {
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
  };
}

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Instances below every controller's folder of this process. */
export function cgroupNames(hierarchy: Hierarchy): readonly string[] {
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
