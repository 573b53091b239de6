import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** The dotted name of what is called, imports resolved; `?` stands for a computed part. */
export function calleeName(call: SyntaxNode, imports: ReadonlyMap<string, string>): string {
  const callee = call.child('callee');
  const receiver = call.child('object');
  const name = callee === undefined ? '?' : dotted(callee);
  const full = receiver === undefined ? name : `${dotted(receiver)}.${name}`;
  return resolve(full, imports);
}

export function dotted(node: SyntaxNode): string {
  if (node.role === 'name') return node.text;
  if (node.role === 'member') {
    const property = node.child('property')?.text ?? '?';
    const object = node.child('object');
    return object === undefined ? property : `${dotted(object)}.${property}`;
  }
  if (node.role === 'call' || node.role === 'new') {
    const callee = node.child('callee');
    if (callee === undefined) return '?';
    const object = node.child('object');
    return object === undefined ? `${dotted(callee)}()` : `${dotted(object)}.${dotted(callee)}()`;
  }
  if (node.role === 'index') {
    const object = node.child('object') ?? node.children[0];
    return object === undefined ? '?' : `${dotted(object)}[]`;
  }
  if (node.role === 'string') return node.text.length < 80 ? node.text : '"…"';
  if (node.role === 'await' && node.children[0] !== undefined) return dotted(node.children[0]);
  return '?';
}

export function resolve(name: string, imports: ReadonlyMap<string, string>): string {
  const dot = endOfHead(name);
  const head = dot === -1 ? name : name.slice(0, dot);
  const qualified = imports.get(head);
  return qualified === undefined ? name : qualified + (dot === -1 ? '' : name.slice(dot));
}

/** At the first point or bracket. */
function endOfHead(name: string): number {
  const dot = name.indexOf('.');
  const bracket = name.indexOf('(');
  return dot === -1 || (bracket !== -1 && bracket < dot) ? bracket : dot;
}

/** The last part: `rows.append` → `append`. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Positional and keyword arguments of a call, in order. */
export function argumentsOf(call: SyntaxNode): SyntaxNode[] {
  return call.children.filter((child) => child.slot === 'arguments');
}
