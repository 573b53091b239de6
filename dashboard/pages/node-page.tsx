import { LimberProblem, type NodeState, type Reservation } from '#client/index.ts';
import { useMemo } from 'preact/hooks';
import { usePolling } from '../api/polling.ts';
import { client } from '../api/session.ts';
import { NodeCharts } from '../node/node-charts.tsx';
import { NodeHistory } from '../node/node-history.ts';
import { Holders } from '../node/holders.tsx';
import { WarmPools } from '../node/warm-pools.tsx';

const EVERY_MS = 1000;

/** The machine: what it has, what is allocated and used of it, and who holds what. */
export function NodePage() {
  const history = useMemo(() => new NodeHistory(), []);
  const polled = usePolling((signal) => look(history, signal), EVERY_MS, []);
  const { value, problem } = polled.value;
  return (
    <>
      <div class="head">
        <h1 tabIndex={-1}>Node</h1>
        {value && <Counts node={value.node} />}
      </div>
      {problem !== undefined && <p class="banner bad">{problem}</p>}
      {value?.node.draining && (
        <p class="banner warn">It is ending: what runs is waited for, and nothing new is taken.</p>
      )}
      {value && (
        <>
          <NodeCharts node={value.node} history={history} seesAll={value.ledger !== undefined} />
          <div class="columns">
            <Holders executions={value.running} ledger={value.ledger} node={value.node} />
            <WarmPools warm={value.node.warm} />
          </div>
        </>
      )}
    </>
  );
}

function Counts({ node: { running, queued } }: { readonly node: NodeState }) {
  return (
    <p class="row soft" role="status">
      <span class="state running">{running} running</span>
      <span class="state queued">{queued} waiting</span>
    </p>
  );
}

async function look(history: NodeHistory, signal: AbortSignal) {
  const { executions, node } = client();
  const [state, { executions: running }, ledger, past] = await Promise.all([
    node.get({ signal }),
    executions.page({ state: 'running', limit: 200, signal }),
    ledgerIfAllowed(signal),
    node.history({ after: history.until, signal }),
  ]);
  history.add(past);
  return { node: state, running, ledger };
}

/** Those of all tenants are for who administers the node. */
async function ledgerIfAllowed(signal: AbortSignal): Promise<readonly Reservation[] | undefined> {
  try {
    return await client().node.ledger({ signal });
  } catch (error) {
    if (error instanceof LimberProblem && error.status === 403) return undefined;
    throw error;
  }
}
