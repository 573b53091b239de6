import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { argumentsOf } from './callee.ts';
import type { Call, Survey } from './survey.ts';

/** Calls that sleep, or wait for a lock, a queue, a process or the terminal. */
export function waitsIn({ units, spec }: Survey): Call[] {
  return units
    .flatMap((unit) => unit.calls)
    .filter(
      (call) => (spec.library.waits.test(call.name) && !joinsText(call)) || isPatient(call, spec),
    );
}

/** Take what is there, and wait where they are told for how long: `jobs.get(timeout=5)`. */
const TAKING = /\.(get|put|poll|result|exception|communicate)$/;

function isPatient({ name, node }: Call, { library }: LanguageSpec): boolean {
  return (
    TAKING.test(name) &&
    !library.externals.some(({ callee }) => callee.test(name)) &&
    argumentsOf(node).some((each) => each.child('name')?.text === 'timeout')
  );
}

/** `', '.join(words)` and `path.join(a, b)` take arguments, joining a thread takes none. */
function joinsText({ name, node }: Call): boolean {
  return name.endsWith('.join') && argumentsOf(node).length > 0;
}
