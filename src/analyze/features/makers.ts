import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { calleeName, resolve } from './callee.ts';

/** `await connect()` and `connect()?` are what they wait for; Go writes `&http.Client{…}`. */
export function makerOf(value: SyntaxNode): SyntaxNode | undefined {
  if (value.role === 'call' || value.role === 'new' || value.role === 'list') return value;
  const [only, ...more] = value.children;
  const isWrapped = value.role === 'await' || value.role === 'unary' || value.role === 'tuple';
  return isWrapped && only !== undefined && more.length === 0 ? makerOf(only) : undefined;
}

export function makerName(maker: SyntaxNode, imports: ReadonlyMap<string, string>): string {
  return maker.role === 'list'
    ? resolve(maker.child('type')?.text ?? '', imports)
    : calleeName(maker, imports);
}
