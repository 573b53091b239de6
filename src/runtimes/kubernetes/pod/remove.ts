import type { Client } from '../api/client.ts';
import { ifThere } from '../api/failure.ts';

/** Ends and removes a pod at once, with what belongs to it. What is gone already is fine. */
export async function removePod(client: Client, namespace: string, name: string): Promise<void> {
  const remove = (kind: string) =>
    ifThere(
      client.request({
        verb: 'DELETE',
        path: `/api/v1/namespaces/${namespace}/${kind}/${name}`,
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          gracePeriodSeconds: 0,
          propagationPolicy: 'Background',
        },
      }),
    );
  await Promise.all([remove('pods'), remove('configmaps')]);
}
