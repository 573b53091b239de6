import type { NodeAgentCommandOptions } from '#cli/handlers.ts';
import { loadConfig } from '#config/load.ts';
import { NodeAgent } from '#node-agent/node-agent.ts';
import { createClient } from '#runtimes/kubernetes/api/client.ts';
import { openConnection } from '#runtimes/kubernetes/api/kubeconfig.ts';
import { requireVersion } from '#runtimes/kubernetes/api/version.ts';
import type { Environment } from './engine.ts';

const ENDS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** `limber node-agent`: runs until it is asked to end. */
export async function nodeAgentCommand(
  {
    nodeName,
    namespacePrefix,
    cgroupFolder,
    cgroupRoot,
    setsRates,
    aliveFile,
  }: NodeAgentCommandOptions,
  env: Environment,
): Promise<number> {
  const config = loadConfig({ env });
  const client = createClient(openConnection(config.kubernetes, env));
  await requireVersion(client);
  const { namespace } = config.kubernetes;
  const agent = new NodeAgent({
    client,
    nodeName,
    namespacePrefix: namespacePrefix ?? namespace ?? config.kubernetes.namespacePrefix,
    cgroups: { mount: cgroupFolder, root: cgroupRoot },
    setsRates,
    ...(aliveFile !== undefined && { aliveFile }),
    log,
  });
  await agent.start();
  log(`looks after pods on ${nodeName}`);
  await new Promise<void>((resolve) => {
    for (const signal of ENDS) process.once(signal, () => resolve());
  });
  agent.close();
  client.close();
  return 0;
}

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}
