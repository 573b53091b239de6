import type { Client } from '../api/client.ts';
import type { Pod } from '../api/types.ts';
import { AgentRates } from './agent-rates.ts';
import { ciliumRates } from './cilium-rates.ts';
import type { Rates } from './rates.ts';

/** Of whoever the pod was made for. */
export function openRates(client: Client, pod: Pod): Rates {
  return ciliumRates(client, pod) ?? new AgentRates(client, pod);
}
