import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import { createProcessRuntime } from '#runtimes/process/runtime.ts';
import { cgroupNames, namesIn, plainSpec, withFolders } from './on-this-machine.ts';
import { describeRuntime, type Subject } from './runtime-suite.ts';

const SHIM = fileURLToPath(new URL('../../probes/process-shim.sh', import.meta.url));

describeRuntime('process', async (): Promise<Subject> => {
  const root = mkdtempSync(join(tmpdir(), 'limber-conformance-'));
  const [runtimeFolder, workFolder, currentFolder] = ['run', 'work', 'current'].map((name) =>
    join(root, name),
  ) as [string, string, string];
  for (const folder of [runtimeFolder, workFolder, currentFolder]) mkdirSync(folder);
  const hierarchy = findHierarchy();
  const open = () => createProcessRuntime({ hierarchy, runtimeFolder, workFolder, shimPath: SHIM });

  const spec: Subject['spec'] = (argv, change) => ({
    ...plainSpec(argv, currentFolder),
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
    ...withFolders({ root, runtimeFolder }, spec),
    async close() {
      rmSync(root, { recursive: true, force: true });
    },
  };
});
