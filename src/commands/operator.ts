import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { OperatorCommandOptions } from '#cli/handlers.ts';
import { loadConfig } from '#config/load.ts';
import { runForLeader } from '#operator/leader.ts';
import { Operator } from '#operator/operator.ts';
import { openWebhook } from '#operator/webhook/webhook.ts';
import { createClient } from '#runtimes/kubernetes/api/client.ts';
import { openConnection } from '#runtimes/kubernetes/api/kubeconfig.ts';
import { requireVersion } from '#runtimes/kubernetes/api/version.ts';
import { PROBES_FOLDER, type Environment } from './engine.ts';
import { openOperatorHealth } from './operator-health.ts';

const LEASE = 'limber-operator';
/** Where the kubelet tells a pod its namespace. Source: "Accessing the API from a Pod". */
const OWN_NAMESPACE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
const ENDS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** `limber operator`: runs until it is asked to end. Containers then keep what they have. */
export async function operatorCommand(
  options: OperatorCommandOptions,
  env: Environment,
): Promise<number> {
  const config = loadConfig({ env });
  const client = createClient(openConnection(config.kubernetes, env));
  await requireVersion(client);
  const { namespace, leaseDurationMs } = options;
  const identity = `${hostname()}_${randomBytes(4).toString('hex')}`;
  let operator: Operator | undefined;
  let isReady = false;
  const { healthPort } = options;
  const health =
    healthPort === undefined
      ? undefined
      : await openOperatorHealth(healthPort, () => ({ isReady, operator }));
  const onResized = health?.resized ?? (() => {});
  const home = options.leaseNamespace ?? namespace ?? ownNamespace();
  const webhook =
    options.webhook &&
    (await openWebhook({
      client,
      namespace: home,
      name: options.webhook.name,
      port: options.webhook.port,
      lifetimeMs: options.webhook.certificateLifetimeMs,
      log,
      ...(health && { onAdmitted: health.admitted }),
    }));
  const stop = runForLeader({
    client,
    namespace: home,
    name: LEASE,
    identity,
    durationMs: leaseDurationMs,
    async onStart() {
      log(`${identity} leads`);
      operator = new Operator({
        ...{ client, config, namespace, log, onResized },
        probesFolder: PROBES_FOLDER,
        grantsToAgents: options.nodeAgents === true,
      });
      await operator.start();
      log('looks after ElasticPolicy objects');
    },
    async onStop() {
      log(`${identity} leads no more`);
      await operator?.close();
      operator = undefined;
    },
    onProblem: (error) => log(String(error)),
    onHeard: () => void (isReady = true),
  });
  await asked();
  await stop();
  await webhook?.close();
  await health?.close();
  client.close();
  return 0;
}

function ownNamespace(): string {
  return existsSync(OWN_NAMESPACE) ? readFileSync(OWN_NAMESPACE, 'utf8').trim() : 'default';
}

function asked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ENDS) process.once(signal, () => resolve());
  });
}

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}
