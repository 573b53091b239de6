import type { Client } from '../api/client.ts';
import { ifThere } from '../api/failure.ts';
import type { Pod } from '../api/types.ts';

/** null takes an annotation away. Returns the pod as it is then. */
export function annotatePod(
  client: Client,
  pod: Pod,
  annotations: Readonly<Record<string, string | null>>,
): Promise<Pod> {
  return client.request<Pod>({
    verb: 'PATCH',
    path: pathOf(pod),
    body: { metadata: { annotations } },
  });
}

/** One condition of its status beside the others; undefined when the pod is gone. */
export function setPodCondition(
  client: Client,
  pod: Pod,
  condition: Readonly<Record<'type' | 'status' | 'reason' | 'message', string>>,
): Promise<Pod | undefined> {
  return ifThere(
    client.request<Pod>({
      verb: 'PATCH',
      path: `${pathOf(pod)}/status`,
      patch: 'strategic-merge',
      body: { status: { conditions: [condition] } },
    }),
  );
}

function pathOf({ metadata: { namespace, name } }: Pod): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}
