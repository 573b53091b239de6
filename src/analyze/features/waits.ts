import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { ofName } from './by-name.ts';
import { argumentsOf } from './callee.ts';
import type { Call, Survey } from './survey.ts';

/** Calls that sleep, or wait for a lock, a queue, a process or the terminal. */
export function waitsIn({ units }: Survey): Call[] {
  const found: Call[] = [];
  for (const { calls } of units)
    for (const call of calls) {
      const manner = mannerOf(call.named);
      if (manner === undefined) continue;
      if ((manner.waits && !joinsText(call)) || (manner.takes && isPatient(call))) found.push(call);
    }
  return found;
}

type Manner = { readonly waits: boolean; readonly takes: boolean };

const mannerOf = ofName((name, spec): Manner | undefined => {
  const [waits, takes] = [spec.library.waits.test(name), isTaking(name, spec)];
  return waits || takes ? { waits, takes } : undefined;
});

/** Take what is there, and wait where they are told for how long: `jobs.get(timeout=5)`. */
const TAKING = /\.(get|put|poll|result|exception|communicate)$/;

function isTaking(name: string, { library }: LanguageSpec): boolean {
  return TAKING.test(name) && !library.externals.some(({ callee }) => callee.test(name));
}

function isPatient({ node }: Call): boolean {
  return argumentsOf(node).some((each) => each.child('name')?.text === 'timeout');
}

/** `', '.join(words)` and `path.join(a, b)` take arguments, joining a thread takes none. */
function joinsText({ name, node }: Call): boolean {
  return name.endsWith('.join') && argumentsOf(node).length > 0;
}
