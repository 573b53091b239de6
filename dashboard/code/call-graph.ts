export type Caller = { readonly name: string; readonly calls: readonly string[] };
export type GraphNode = {
  readonly name: string;
  readonly layer: number;
  readonly row: number;
  readonly callsItself: boolean;
};
export type CallGraph = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly layers: number;
  readonly rows: number;
};

/** What stands outside all functions. */
export const PROGRAM = '(program)';

/** It calls the functions whose names stand before a parenthesis outside all of them. */
export function programOf(functions: readonly Placed[], code: string): Caller {
  const outside = code
    .split('\n')
    .filter((_, index) => !functions.some((one) => covers(one, index + 1)))
    .join('\n');
  const called = new Set([...outside.matchAll(/([\p{L}\p{N}_$]+)\s*\(/gu)].map(([, name]) => name));
  return {
    name: PROGRAM,
    calls: functions.map(({ name }) => name).filter((name) => called.has(lastPart(name))),
  };
}

type Placed = { readonly name: string; readonly startLine: number; readonly endLine: number };

function covers({ startLine, endLine }: Placed, line: number): boolean {
  return startLine <= line && line <= endLine;
}

/** `Tree.add` is called as `tree.add(…)`. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

const CONSTRUCTORS = ['__init__', 'constructor'];

/**
 * Which function a call means: the one of that name, the constructor of the class, or the method: of
 * the caller's own class, or the only one that is called so.
 */
function resolverOf(known: ReadonlyMap<string, Caller>) {
  const byLastPart = Map.groupBy(known.keys(), lastPart);
  return (callee: string, caller: string): string | undefined => {
    const named = [callee, ...CONSTRUCTORS.map((name) => `${callee}.${name}`)];
    const found = named.find((name) => known.has(name));
    if (found !== undefined || !callee.includes('.')) return found;
    const method = lastPart(callee);
    const own = `${caller.slice(0, Math.max(0, caller.lastIndexOf('.')))}.${method}`;
    const methods = byLastPart.get(method) ?? [];
    return known.has(own) ? own : methods.length === 1 ? methods[0] : undefined;
  };
}

/**
 * Functions in layers: each stands behind the first that calls it, those that nobody calls stand
 * first. Calls of what is not part of the program are left out.
 */
export function layOut(functions: readonly Caller[]): CallGraph {
  const known = new Map(functions.map((one) => [one.name, one]));
  const resolve = resolverOf(known);
  const calledBy = new Map(
    functions.map(({ name, calls }) => [
      name,
      new Set(calls.flatMap((callee) => resolve(callee, name) ?? [])),
    ]),
  );
  const callsOf = ({ name }: Caller) =>
    [...calledBy.get(name)!].filter((callee) => callee !== name);
  const called = new Set(functions.flatMap(callsOf));
  const layers = new Map<string, number>();
  const roots = functions.filter(({ name }) => !called.has(name));
  // Functions that only call each other have no first one.
  for (const root of [...roots, ...functions]) visit(root);
  const rows = new Map<number, number>();
  const nodes = [...layers].map(([name, layer]) => {
    const row = rows.get(layer) ?? 0;
    rows.set(layer, row + 1);
    return { name, layer, row, callsItself: calledBy.get(name)!.has(name) };
  });
  const edges = functions.flatMap((one) => callsOf(one).map((to) => ({ from: one.name, to })));
  return { nodes, edges, layers: rows.size, rows: Math.max(0, ...rows.values()) };

  function visit(first: Caller): void {
    if (layers.has(first.name)) return;
    layers.set(first.name, 0);
    for (let reached = [first]; reached.length > 0;) {
      const next: Caller[] = [];
      for (const one of reached)
        for (const callee of callsOf(one)) {
          if (layers.has(callee)) continue;
          layers.set(callee, layers.get(one.name)! + 1);
          next.push(known.get(callee)!);
        }
      reached = next;
    }
  }
}
