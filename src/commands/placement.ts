import type { Config } from '#config/schema.ts';
import { DEFAULT_TENANT } from '#model/claim.ts';
import type { Submission } from '#model/execution.ts';
import type { PodPlacement } from '#model/pod-placement.ts';
import type { RunRequest } from '#model/request.ts';

/** The pod that a run is to have: what was asked for, and the image of its language. */
export function placementOf(
  { constraints, language }: Submission,
  { placement, tenant }: RunRequest,
  { kubernetes }: Config,
): PodPlacement {
  const { images } = kubernetes;
  return {
    ...placement,
    image: placement?.image ?? images[language] ?? images['*'] ?? '',
    tenant: tenant ?? constraints.tenant ?? DEFAULT_TENANT,
  };
}
