import { beforeAll, type TestContext } from 'vitest';
import { requires } from '../capabilities.ts';
import { buildTestImage, MACHINE_NEEDS, openMachines } from '../microvm/machines.ts';
import { withFolders } from './on-this-machine.ts';
import { describeRuntime, type Lacks, type Subject } from './runtime-suite.ts';

const LACKS: Lacks = {
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
    ...withFolders({ root, runtimeFolder }, spec),
    close: () => machines.close(),
  };
}
