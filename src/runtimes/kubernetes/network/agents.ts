import type { Client } from '../api/client.ts';
import type { Pod } from '../api/types.ts';
import { ifMay } from './cilium.ts';

const SELECTOR = new URLSearchParams({ labelSelector: 'app.kubernetes.io/name=limber-agent' });

/** Pods of the DaemonSet of the chart, `most` of them; undefined where they may not be seen. */
export async function findAgents(
  client: Client,
  most?: number,
): Promise<readonly Pod[] | undefined> {
  const limit = most === undefined ? '' : `&limit=${most}`;
  const list = await ifMay(
    client.request<{ readonly items: readonly Pod[] }>({
      verb: 'GET',
      path: `/api/v1/pods?${SELECTOR.toString()}${limit}`,
    }),
  );
  return list?.items;
}
