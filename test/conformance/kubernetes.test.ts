import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import { LABEL, RECORD_ANNOTATION } from '#runtimes/kubernetes/pod/names.ts';
import { recordOf } from '#runtimes/kubernetes/pod/record.ts';
import { openCluster } from '../kubernetes/cluster.ts';
import { describeRuntime, type Lacks, type Subject } from './runtime-suite.ts';

/** No process of Linux has it: pid_max is at most 2^22. */
const NO_PROCESS = { pid: 2 ** 22 + 1, startTicks: 1 };
const NOT_IN_A_POD = 'only a process of this machine has it';
const LACKS: Lacks = {
  standstill: 'the API has no freezer',
  'refused-forks': 'the limit is one by user, which the kernel does not count',
  'hint-socket': 'an image need not have anything that can listen; the FIFO takes hints',
  'state-folder': NOT_IN_A_POD,
};

describeRuntime('kubernetes', openSubject, LACKS);

async function openSubject(): Promise<Subject> {
  const { client, root, installation, openRuntime, spec, close } = await openCluster();
  const ours = `labelSelector=${LABEL.installation}%3D${installation}`;

  async function list(kind: string): Promise<readonly Pod[]> {
    const path = `/api/v1/${kind}?${ours}`;
    return (await client.request<{ items: readonly Pod[] }>({ verb: 'GET', path })).items;
  }

  return {
    runtime: openRuntime(),
    successor: openRuntime,
    async residue() {
      const objects = [...(await list('pods')), ...(await list('configmaps'))];
      return objects.map(({ metadata }) => metadata.name);
    },
    spec,
    kept() {
      const folder = mkdtempSync(join(root, 'kept-'));
      return {
        stdoutPath: join(folder, 'out'),
        stderrPath: join(folder, 'err'),
        maxBytes: 2 ** 20,
      };
    },
    stateFolder: () => {
      throw new Error(NOT_IN_A_POD);
    },
    inPlace(argv) {
      const folder = mkdtempSync(join(root, 'in-place-'));
      const { view } = spec(argv);
      return {
        folder,
        spec: spec(argv, { view: { ...view, currentFolder: folder, inPlace: true } }),
      };
    },
    async forgetController(id) {
      for (const pod of await list('pods')) {
        if (pod.metadata.labels?.[LABEL.execution] !== id) continue;
        const { name, namespace } = pod.metadata;
        const record = JSON.stringify({ ...recordOf(pod), controller: NO_PROCESS });
        await client.request({
          verb: 'PATCH',
          path: `/api/v1/namespaces/${namespace}/pods/${name}`,
          body: { metadata: { annotations: { [RECORD_ANNOTATION]: record } } },
        });
      }
    },
    close,
  };
}
