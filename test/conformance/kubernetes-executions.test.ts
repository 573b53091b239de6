import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { defaultValues, renderChart } from '../../scripts/chart.ts';
import { test, type Box } from '../e2e/box.ts';
import { Server } from '../e2e/serve/server.ts';
import { installCilium } from '../kubernetes/cilium.ts';
import { openCluster, type TestCluster } from '../kubernetes/cluster.ts';
import type { Rule } from '../kubernetes/role-rules.ts';
import type { Stored } from '../kubernetes/store.ts';
import { NAMESPACE, userOf as workloadsOf } from '../kubernetes/workloads.ts';

const MIB = 2 ** 20;
const RULES = renderChart({
  ...defaultValues(),
  server: { enabled: true, storage: '1Gi', resources: {} },
})
  .filter(
    ({ kind, metadata }) => kind.endsWith('Role') && metadata.name.startsWith('limber-server'),
  )
  .flatMap((role) => (role as unknown as { readonly rules: readonly Rule[] }).rules);

type ExecutionObject = Stored & {
  readonly status?: {
    readonly phase: string;
    readonly execution?: string;
    readonly exitCode?: number;
    readonly message?: string;
    readonly stdout?: string;
    readonly stderr?: string;
    readonly allocation?: { readonly memory: string };
  };
};

/** A user's view of a cluster, and a server with the rights of the chart. */
async function withCluster(
  box: Box,
  work: (user: User, server: Server) => Promise<void>,
): Promise<void> {
  const cluster = await openCluster({ rules: RULES });
  const kubeconfig = join(box.folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.double!.kubeconfig('operator'));
  const args = ['--no-keys', '--runtime', 'kubernetes', '--objects'];
  const server = new Server(box, args, { KUBECONFIG: kubeconfig });
  try {
    const user = await userOf(cluster);
    await server.start();
    await work(user, server);
    await server.kill('SIGTERM');
  } finally {
    await cluster.close();
  }
}

type User = Awaited<ReturnType<typeof userOf>>;

async function userOf(cluster: TestCluster) {
  const { store, usedRules } = cluster.double!;
  const path = `/apis/limber.dev/v1alpha1/namespaces/${NAMESPACE}/executions`;
  await workloadsOf(cluster).makeNamespace();
  const object = (name: string) =>
    store.get('Execution', NAMESPACE, name) as ExecutionObject | undefined;
  return {
    object,
    store,
    usedRules,
    pods: () => store.list('Pod', 'limber-shop'),
    apply: (name: string, spec: object) =>
      cluster.client.request({
        verb: 'POST',
        path,
        body: {
          apiVersion: 'limber.dev/v1alpha1',
          kind: 'Execution',
          metadata: { name, namespace: NAMESPACE },
          spec,
        },
      }),
    remove: (name: string) =>
      cluster.client.request({ verb: 'DELETE', path: `${path}/${name}`, body: {} }),
    whenPhase: async (name: string, phase: string): Promise<void> => {
      await expect.poll(() => object(name)?.status?.phase, { timeout: 60_000 }).toBe(phase);
    },
  };
}

test('objects of a cluster are carried out as requests are, each once, over the end of a server', async ({
  box,
}) => {
  await withCluster(box, async (user, server) => {
    installCilium(user.store);
    const code = `
import sys, time
kept = bytearray(300 << 20)
time.sleep(1)
print('held', len(kept), sys.argv[1])
sys.exit(3)`;
    await user.apply('grows', {
      ...{ code, language: 'python', args: ['given'] },
      scaling: { max: { memoryBytes: 1024 * MIB } },
    });
    await user.whenPhase('grows', 'Failed');
    const { status } = user.object('grows')!;
    expect(status).toMatchObject({ exitCode: 3, stdout: `held ${300 * MIB} given\n`, stderr: '' });
    const events = () => user.store.list('Event') as readonly (Stored & { reason: string })[];
    await expect.poll(() => events().map(({ reason }) => reason)).toContain('Failed');
    // It is of the tenant of its namespace: of another one, nobody is told that it exists.
    expect(await server.get(status!.execution!)).toMatchObject({ code: 'execution-unknown' });

    // Gone after its time; one whose file names lead out never runs.
    await user.apply('brief', { command: ['true'], ttlSecondsAfterFinished: 0 });
    await expect.poll(() => user.object('brief'), { timeout: 60_000 }).toBeUndefined();
    const files = [{ path: '../out.py', text: 'pass' }];
    await user.apply('outside', { entry: '../out.py', language: 'python', files });
    await user.whenPhase('outside', 'Failed');
    expect(user.object('outside')?.status?.message).toContain('../out.py');

    const waits = { command: ['sh', '-c', 'echo begun; while :; do sleep 0.1; done'] };
    await user.apply('goes', waits);
    // More than one: what is known of their pods is older than what the next server takes them over by.
    const stay = ['stays', 'stays-too', 'stays-as-well'];
    const command = ['sh', '-c', 'sleep 4; echo done'];
    for (const name of stay) await user.apply(name, { command, network: 'egress' });
    await user.whenPhase('goes', 'Running');
    for (const name of stay) await user.whenPhase(name, 'Running');
    expect(user.pods().map(({ metadata }) => metadata.annotations)).toContainEqual(
      expect.objectContaining({
        'kubernetes.io/ingress-bandwidth': expect.stringMatching(/^\d+$/),
        'kubernetes.io/egress-bandwidth': expect.stringMatching(/^\d+$/),
      }),
    );
    expect(user.object('goes')?.status?.allocation?.memory).toMatch(/^\d+Mi$/);
    await server.kill('SIGKILL');
    await user.remove('goes');
    await server.start();
    for (const name of stay) {
      await user.whenPhase(name, 'Succeeded');
      expect(user.object(name)?.status?.stdout).toBe('done\n');
    }
    await expect.poll(() => user.pods(), { timeout: 60_000 }).toEqual([]);
    expect(RULES.filter((rule) => !user.usedRules.has(rule))).toEqual([]);
  });
});

test('what makes no sense is refused by the definition itself', async ({ box }) => {
  const cluster = await openCluster({});
  try {
    const user = await userOf(cluster);
    await expect(user.apply('none', {})).rejects.toThrow(/exactly one of code, entry and command/);
    await expect(user.apply('which', { code: 'pass' })).rejects.toThrow(/code needs a language/);
    const files = [{ path: 'a.py' }];
    await expect(user.apply('empty', { entry: 'a.py', files })).rejects.toThrow(/text and base64/);
    const refused = await box.limber(['serve', '--objects']);
    expect([refused.exitCode, refused.stderr]).toEqual([
      64,
      expect.stringContaining('--runtime kubernetes'),
    ]);
  } finally {
    await cluster.close();
  }
});
