import type { Command } from 'commander';
import type { Handlers, Surroundings } from './handlers.ts';
import { helpEnding } from './help-text.ts';

const EXAMPLES = [
  ['limber node-agent --node $NODE_NAME', 'on each node, as the DaemonSet of the chart does'],
] as const;

type Raw = {
  readonly node: string;
  readonly namespacePrefix?: string;
  readonly cgroupFolder: string;
  readonly cgroupRoot: string;
  readonly rates: boolean;
  readonly aliveFile?: string;
};

/** `node-agent`: acts on the node itself, where the API server would be too slow. */
export function addNodeAgent(program: Command, handlers: Handlers, { ended }: Surroundings): void {
  program
    .command('node-agent')
    .summary('look after the pods of one node (Kubernetes)')
    .description(
      'Raises the memory limits of pods on its node before they are reached, and sets their network ' +
        'rates, within what the controller grants in annotations of the pod.',
    )
    .requiredOption('--node <name>', 'the node it runs on')
    .option(
      '--namespace-prefix <text>',
      'only in namespaces whose names begin so (default: as runs are made)',
    )
    .option('--cgroup-folder <path>', "the node's cgroup hierarchy", '/sys/fs/cgroup')
    .option('--cgroup-root <path>', "the kubelet's --cgroup-root", '')
    .option('--no-rates', 'set no network rates')
    .option('--alive-file <path>', 'is written every 5 s while it looks, for a probe of its pod')
    .addHelpText('after', helpEnding({ examples: EXAMPLES, runs: false }))
    .action(async ({ node, rates, ...raw }: Raw) => {
      ended(await handlers.nodeAgent({ nodeName: node, setsRates: rates, ...raw }));
    });
}
