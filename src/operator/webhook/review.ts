import { z } from 'zod';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import type { Addition } from './initial-sizes.ts';

const API_VERSION = 'admission.k8s.io/v1';

/** The parts of an AdmissionReview that are looked at. Source: "Dynamic Admission Control". */
const review = z.object({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string().min(1),
    namespace: z.string().prefault(''),
    operation: z.string(),
    object: z.looseObject({
      kind: z.literal('Pod'),
      metadata: z.looseObject({}),
      spec: z.looseObject({ containers: z.array(z.looseObject({ name: z.string() })) }),
    }),
  }),
});

export type PodReview = { readonly uid: string; readonly namespace: string; readonly pod: Pod };

/** A pod that is about to be made; undefined for what is none. */
export function readReview(text: string): PodReview | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = review.safeParse(json);
  if (!read.success || read.data.request.operation !== 'CREATE') return undefined;
  const { uid, namespace, object } = read.data.request;
  return { uid, namespace, pod: object as unknown as Pod };
}

/** It is always allowed: whoever sizes pods must not be in the way of making them. */
export function answerTo(uid: string, additions: readonly Addition[]): object {
  const patch = Buffer.from(JSON.stringify(additions)).toString('base64');
  return {
    apiVersion: API_VERSION,
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: true,
      ...(additions.length > 0 && { patchType: 'JSONPatch', patch }),
    },
  };
}
