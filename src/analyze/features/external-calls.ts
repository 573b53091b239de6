import type { ExternalCall } from '#model/complexity.ts';
import type { Library } from '#analyze/languages/language-spec.ts';
import type { Survey } from './survey.ts';

/** Calls that leave the process: the network, databases, other programs. */
export function externalCalls({ units, spec }: Survey): ExternalCall[] {
  const kindOf = classifier(spec.library);
  return units
    .flatMap((unit) => unit.calls)
    .flatMap((call) => {
      const kind = kindOf(call.name);
      return kind === undefined
        ? []
        : [{ kind, callee: call.name, line: call.node.line, loopDepth: call.loopDepth }];
    });
}

/** Programs call the same few names again and again: each is matched once. */
function classifier({ externals }: Library) {
  const known = new Map<string, ExternalCall['kind'] | undefined>();
  return (name: string) => {
    if (!known.has(name)) known.set(name, externals.find(({ callee }) => callee.test(name))?.kind);
    return known.get(name);
  };
}
