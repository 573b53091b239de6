import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { byName } from './by-name.ts';
import { argumentsOf } from './callee.ts';
import type { Call, Survey } from './survey.ts';

/** Calls that sleep, or wait for a lock, a queue, a process or the terminal. */
export function waitsIn({ units, spec }: Survey): Call[] {
  const waits = byName((name) => spec.library.waits.test(name));
  const takes = byName((name) => isTaking(name, spec));
  return units.flatMap((unit) =>
    unit.calls.filter(
      (call) => (waits(call.name) && !joinsText(call)) || (takes(call.name) && isPatient(call)),
    ),
  );
}

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
