import { argumentsOf, dotted, resolve } from '#analyze/features/callee.ts';
import type { Call } from '#analyze/features/survey.ts';
import type { Measured } from '#analyze/measure.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { isBound, linkName } from './link-name.ts';

/** A name that may lead into another file, and the place that leads there. */
export type Lead = { readonly name: string; readonly call: Call };

/** What a call enters that its file does not define: what it calls, and imported functions that it hands over. */
export function leadsOf(call: Call, { survey, graph }: Pick<Measured, 'survey' | 'graph'>): Lead[] {
  const handed = argumentsOf(call.node).flatMap((given): Lead[] => {
    const node = given.role === 'argument' ? (given.child('value') ?? given) : given;
    if (!isBound(headOf(node), survey)) return [];
    const name = resolve(dotted(node), survey.imports);
    const handing = { ...call, name, named: survey.named(name), node };
    return [{ name: linkName(handing, survey), call: handing }];
  });
  return graph.targetOf.has(call) ? handed : [{ name: linkName(call, survey), call }, ...handed];
}

/** `helper` of `helper.fetch`; empty for what is no plain name. */
function headOf(node: SyntaxNode): string {
  if (node.role === 'name') return node.text;
  const object = node.role === 'member' ? node.child('object') : undefined;
  return object === undefined ? '' : headOf(object);
}
