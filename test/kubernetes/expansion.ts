type Variables = readonly { readonly name: string; readonly value: string }[];

/** What the kubelet makes of commands, arguments and values: variables for `$(NAME)`, `$` of `$$`. */
export function expanded(text: string, variables: Variables): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (found, name?: string) => {
    if (name === undefined) return '$';
    return variables.findLast((one) => one.name === name)?.value ?? found;
  });
}

/** Each may name those before it. */
export function expandedVariables(variables: Variables): Variables {
  const done: { readonly name: string; readonly value: string }[] = [];
  for (const { name, value } of variables) done.push({ name, value: expanded(value, done) });
  return done;
}
