import { explainFailure } from './explain-failure.ts';
import { joinScript } from './firewall-script.ts';
import { PRIVILEGE_HINT, missingCapabilities } from './privileges.ts';
import { readResolvers } from './resolv-conf.ts';
import { tbfCommand, tbfFor } from './tbf.ts';
import { TOOLS, findTool, runTool, type Tool } from './tool.ts';
import type { NetworkCheck } from './types.ts';

const PROBE_LINK = 'lmbp0';

/** What a network for an instance takes, tried for real in a namespace that is gone afterwards. */
export async function probeNetwork(): Promise<NetworkCheck[]> {
  const checks = [checkTools(), checkPrivileges(), checkResolvers()];
  if (checks.slice(0, 2).some((check) => !check.ok)) return checks;
  return [
    ...checks,
    ...(await tryInNamespace()),
    await attempt('network policy of the host', checkPolicies),
  ];
}

function checkTools(): NetworkCheck {
  const missing = (Object.keys(TOOLS) as Tool[]).filter((tool) => !findTool(tool));
  const packages = [...new Set(missing.map((tool) => TOOLS[tool]))].join(' ');
  return checked({
    name: 'network tools',
    detail: missing.length === 0 ? 'ip, tc, nft' : `missing: ${missing.join(', ')}`,
    hint: missing.length === 0 ? '' : `apt-get install -y ${packages}`,
  });
}

function checkPrivileges(): NetworkCheck {
  const missing = missingCapabilities();
  return checked({
    name: 'network privileges',
    detail:
      missing.length === 0 ? 'CAP_NET_ADMIN and CAP_SYS_ADMIN' : `without ${missing.join(' and ')}`,
    hint: missing.length === 0 ? '' : PRIVILEGE_HINT,
  });
}

function checkResolvers(): NetworkCheck {
  const { servers, problem } = readResolvers();
  return checked({
    name: 'network name resolution',
    detail: problem ?? servers.join(', '),
    hint: problem ? 'Runs with --network egress reach addresses, but no names.' : '',
  });
}

async function tryInNamespace(): Promise<NetworkCheck[]> {
  const netns = `limber-probe-${process.pid}`;
  const inside = { tool: 'ip', args: ['-n', netns, '-batch', '-'] } as const;
  const made = await attempt('network namespaces', () =>
    runTool({ tool: 'ip', args: ['netns', 'add', netns] }),
  );
  if (!made.ok) return [made];
  try {
    return [
      made,
      await attempt('network veth pairs', () =>
        runTool({
          ...inside,
          input: `link add name ${PROBE_LINK} type veth peer name lmbp1\nlink set dev ${PROBE_LINK} up\n`,
        }),
      ),
      await attempt('network shaper (tbf)', () =>
        runTool({
          tool: 'tc',
          args: ['-n', netns, '-batch', '-'],
          input: `${tbfCommand(PROBE_LINK, '1:', tbfFor(1e6))}\n`,
        }),
      ),
      await attempt('network firewall and NAT (nftables)', () =>
        runTool({
          tool: 'ip',
          args: ['netns', 'exec', netns, 'nft', '-f', '-'],
          input: joinScript(PROBE_LEASE, []),
        }),
      ),
    ];
  } finally {
    await runTool({ tool: 'ip', args: ['netns', 'del', netns] });
  }
}

/** Documentation addresses: they take part in no traffic. */
const PROBE_LEASE = {
  instanceId: 'probe',
  netns: 'probe',
  hostInterface: PROBE_LINK,
  handle: '1:',
  gateway: '192.0.2.1',
  address: '192.0.2.2',
  kind: 'egress',
  hostPorts: [{ port: 80, proxyPort: 8080 }],
  resolvers: ['192.0.2.53'],
} as const;

/**
 * A packet must pass the base chains of every table: where a firewall or a container engine drops
 * by default, our own accept does not help.
 */
async function checkPolicies(): Promise<string> {
  const text = await runTool({ tool: 'nft', args: ['-j', 'list', 'chains'] });
  const { nftables } = JSON.parse(text) as { nftables: { chain?: BaseChain }[] };
  const dropping = nftables
    .flatMap(({ chain }) => (chain ? [chain] : []))
    .filter(({ hook, policy }) => policy === 'drop' && (hook === 'forward' || hook === 'input'));
  if (dropping.length === 0) return 'nothing in the way';
  const names = dropping.map(({ family, table, name }) => `${family} ${table} ${name}`);
  const rules = names.map(
    (name) =>
      `nft insert rule ${name} iifname "lmb*" accept; nft insert rule ${name} oifname "lmb*" accept`,
  );
  throw new HintedProblem(
    `${names.join(', ')}: drops by default what no rule accepts`,
    rules.join('; '),
  );
}

type BaseChain = {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly hook?: string;
  readonly policy?: string;
};

class HintedProblem extends Error {
  readonly hint: string;

  constructor(problem: string, hint: string) {
    super(problem);
    this.hint = hint;
  }
}

async function attempt(name: string, work: () => Promise<string>): Promise<NetworkCheck> {
  try {
    return { name, ok: true, detail: (await work()).trim() || 'works', hint: '' };
  } catch (error) {
    if (error instanceof HintedProblem)
      return checked({ name, detail: error.message, hint: error.hint });
    const { problem, hint } = explainFailure(error).details;
    return checked({ name, detail: String(problem), hint: String(hint) });
  }
}

/** Whatever needs a hint is not ok. */
function checked(check: Omit<NetworkCheck, 'ok'>): NetworkCheck {
  return { ...check, ok: check.hint === '' };
}
