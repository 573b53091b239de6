import type { Stored } from './store.ts';

const KINDS: Readonly<Record<string, string>> = {
  pods: 'Pod',
  configmaps: 'ConfigMap',
  namespaces: 'Namespace',
  networkpolicies: 'NetworkPolicy',
};
const PATH =
  /^\/(?:api\/v1|apis\/networking\.k8s\.io\/v1)(?:\/namespaces\/([a-z0-9-]+))?\/(pods|configmaps|networkpolicies|namespaces)(?:\/([a-z0-9-]+))?(?:\/(resize|exec))?$/;

export type Place = {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
};

export function collectionOf(pathname: string): Place | undefined {
  const found = PATH.exec(pathname);
  if (!found) return undefined;
  const [, namespace = '', plural = '', name, subresource] = found;
  return { kind: KINDS[plural]!, namespace, name, subresource };
}

/** Selectors of the form `a=b,c=d`. */
export function matches({ metadata }: Stored, selector: string | null): boolean {
  if (!selector) return true;
  return selector.split(',').every((term) => {
    const [key = '', value] = term.split('=');
    return metadata.labels?.[key] === value;
  });
}
