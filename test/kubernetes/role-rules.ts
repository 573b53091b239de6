export type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
};

const PATH =
  /^\/(?:api|apis\/([a-z0-9.]+))\/v[a-z0-9]+(?:\/namespaces\/[a-z0-9-]+(?=\/[a-z]))?\/([a-z]+)(?:\/([a-z0-9.-]+))?(?:\/([a-z]+))?$/;

/** Which of the rules lets a request pass; undefined when none does. Source: "Using RBAC Authorization". */
export function ruleFor(
  rules: readonly Rule[],
  method: string,
  { pathname, searchParams }: URL,
): Rule | undefined {
  const [, group = '', plural = '', name, subresource] = PATH.exec(pathname) ?? [];
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const verb = verbOf(method, name, searchParams);
  return rules.find(
    ({ apiGroups, resources, resourceNames, verbs }) =>
      apiGroups.includes(group) &&
      resources.includes(resource) &&
      verbs.includes(verb) &&
      (resourceNames === undefined || resourceNames.includes(name ?? '')),
  );
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  if (method === 'GET' && name === undefined) return query.has('watch') ? 'watch' : 'list';
  return { GET: 'get', POST: 'create', PATCH: 'patch', DELETE: 'delete' }[method] ?? method;
}
