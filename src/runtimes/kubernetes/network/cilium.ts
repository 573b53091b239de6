import type { Client } from '../api/client.ts';
import { hasStatus } from '../api/failure.ts';
import type { Pod } from '../api/types.ts';

/** Where Cilium's own chart installs it. */
const NAMESPACE = 'kube-system';
const CONFIG = 'cilium-config';
const ENABLED = 'enable-bandwidth-manager';
/** The first version that heeds `ingress-bandwidth`. Source: cilium/cilium#36351. */
const WITH_INGRESS = { major: 1, minor: 18 };

type Cilium = {
  /** It limits what pods receive, too. */
  readonly limitsIngress: boolean;
};

/**
 * Cilium, where its bandwidth manager is on and Limber may see that; undefined else. What pods receive
 * counts as limited only where the version is known to do it.
 */
export async function findCilium(client: Client): Promise<Cilium | undefined> {
  const path = `/api/v1/namespaces/${NAMESPACE}`;
  const config = await ifMay(
    client.request<{ readonly data?: Readonly<Record<string, string>> }>({
      verb: 'GET',
      path: `${path}/configmaps/${CONFIG}`,
    }),
  );
  if (config?.data?.[ENABLED] !== 'true') return undefined;
  const pods = await ifMay(
    client.request<{ readonly items: readonly Pod[] }>({
      verb: 'GET',
      path: `${path}/pods?labelSelector=k8s-app%3Dcilium&limit=1`,
    }),
  );
  const image = pods?.items[0]?.spec.containers.find(({ name }) => name === 'cilium-agent')?.image;
  return { limitsIngress: image !== undefined && hasIngress(image) };
}

/** `quay.io/cilium/cilium:v1.18.2@sha256:…`. */
function hasIngress(image: string): boolean {
  const [, major, minor] = /:v?(\d+)\.(\d+)/.exec(image) ?? [];
  if (Number(major) !== WITH_INGRESS.major) return Number(major) > WITH_INGRESS.major;
  return Number(minor) >= WITH_INGRESS.minor;
}

/** What may not be asked for, or is not there, is not there for us. */
export async function ifMay<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasStatus(error, 403, 404)) return undefined;
    throw error;
  }
}
