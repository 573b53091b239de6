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

/**
 * Functions in layers: each stands behind the first that calls it, those that nobody calls stand
 * first. Calls of what is not part of the program are left out.
 */
export function layOut(functions: readonly Caller[]): CallGraph {
  const known = new Map(functions.map((one) => [one.name, one]));
  const callsOf = ({ name, calls }: Caller) =>
    [...new Set(calls)].filter((callee) => known.has(callee) && callee !== name);
  const called = new Set(functions.flatMap(callsOf));
  const layers = new Map<string, number>();
  const roots = functions.filter(({ name }) => !called.has(name));
  // Functions that only call each other have no first one.
  for (const root of [...roots, ...functions]) visit(root);
  const rows = new Map<number, number>();
  const nodes = [...layers].map(([name, layer]) => {
    const row = rows.get(layer) ?? 0;
    rows.set(layer, row + 1);
    return { name, layer, row, callsItself: known.get(name)!.calls.includes(name) };
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
