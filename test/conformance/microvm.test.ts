import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, type TestContext } from 'vitest';
import { requires } from '../capabilities.ts';
import { buildTestImage, MACHINE_NEEDS, openMachines } from '../microvm/machines.ts';
import { describeRuntime, type Lacks, type Subject } from './runtime-suite.ts';

const LACKS: Lacks = {
  'hint-socket': 'the FIFO takes hints; the agent has no socket for programs yet',
  'state-folder': 'the pipe of the output is that of the monitor, which a program cannot reach',
};

beforeAll(buildTestImage, 300_000);

describeRuntime('microvm', openSubject, LACKS);

async function openSubject(context: TestContext): Promise<Subject> {
  requires(context, ...MACHINE_NEEDS);
  const machines = openMachines();
  const { root, runtimeFolder, open, spec } = machines;
  return {
    runtime: open(),
    successor: () => open(),
    residue: async () => machines.residue(),
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
    forgetController: (id) => machines.forgetController(id),
    close: () => machines.close(),
  };
}
