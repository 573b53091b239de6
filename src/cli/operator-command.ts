import { Option, type Command } from 'commander';
import { parseDurationMs } from '#model/quantities.ts';
import type { Handlers, Surroundings } from './handlers.ts';
import { helpEnding } from './help-text.ts';
import { toPort } from './port.ts';

const EXAMPLES = [
  ['limber operator', 'every namespace of the cluster that the kubeconfig names'],
  ['limber operator --namespace shop', 'one namespace; rights in it are enough'],
  ['limber operator --webhook limber-operator', 'new pods begin with what others came to need'],
] as const;

/** 90 days. */
const LIFETIME_MS = 2160 * 3_600_000;

type Raw = {
  readonly namespace?: string;
  readonly leaseNamespace?: string;
  readonly leaseDuration: number;
  readonly healthPort?: number;
  readonly webhook?: string;
  readonly webhookPort: number;
  readonly certificateLifetime: number;
  readonly nodeAgents?: boolean;
};

/** `operator`: pods that somebody else started, resized while they run. */
export function addOperator(program: Command, handlers: Handlers, { ended }: Surroundings): void {
  program
    .command('operator')
    .summary('resize the pods of existing workloads (Kubernetes)')
    .description(
      'Resizes running pods in place, as ElasticPolicy objects in the cluster say. Of several ' +
        'operators one acts; the others wait for its Lease.',
    )
    .option('--namespace <name>', 'look after this namespace alone')
    .option('--lease-namespace <name>', "where the Lease is (default: the operator's own)")
    .addOption(
      new Option('--lease-duration <time>', 'who has not renewed for so long acts no more')
        .argParser((text) => parseDurationMs(text, '--lease-duration'))
        .default(15_000, '15s'),
    )
    .addOption(
      new Option('--health-port <number>', 'answer /healthz, /readyz and /metrics there').argParser(
        (text) => toPort(text, '--health-port'),
      ),
    )
    .addOption(
      // New pods are sized in all namespaces or in none.
      new Option(
        '--webhook <name>',
        'size new pods as well; its Service, Secret and configuration',
      ).conflicts('namespace'),
    )
    .addOption(
      new Option('--webhook-port <number>', 'where the Service leads to')
        .argParser((text) => toPort(text, '--webhook-port'))
        .default(9443),
    )
    .addOption(
      new Option('--certificate-lifetime <time>', 'of the webhook; renewed when a third is left')
        .argParser((text) => parseDurationMs(text, '--certificate-lifetime'))
        .default(LIFETIME_MS, '2160h'),
    )
    .option('--node-agents', 'let agents of nodes raise memory limits before it does')
    .addHelpText('after', helpEnding({ examples: EXAMPLES, runs: false }))
    .action(async ({ leaseDuration, webhook, webhookPort, certificateLifetime, ...raw }: Raw) => {
      const listener = { port: webhookPort, certificateLifetimeMs: certificateLifetime };
      ended(
        await handlers.operator({
          ...raw,
          leaseDurationMs: leaseDuration,
          ...(webhook !== undefined && { webhook: { name: webhook, ...listener } }),
        }),
      );
    });
}
