import type { Check } from '#cli/doctor-text.ts';
import { loadConfig } from '#config/load.ts';
import { LimberError } from '#model/errors.ts';
import { checkOperator } from '#operator/check.ts';
import { createClient } from '#runtimes/kubernetes/api/client.ts';
import { openConnection } from '#runtimes/kubernetes/api/kubeconfig.ts';
import { checkCluster } from '#runtimes/kubernetes/check.ts';
import type { Environment } from './engine.ts';

/** What the cluster of the configuration offers the kubernetes runtime, or the operator. */
export async function kubernetesChecks(
  env: Environment,
  forOperator: boolean,
): Promise<readonly Check[]> {
  const { kubernetes } = loadConfig({ env });
  try {
    const client = createClient(openConnection(kubernetes, env));
    const checks = await (forOperator ? checkOperator(client) : checkCluster(client, kubernetes));
    client.close();
    return checks;
  } catch (error) {
    if (!(error instanceof LimberError)) throw error;
    return [{ name: 'cluster', ok: false, detail: error.message }];
  }
}
