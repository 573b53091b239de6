import { argumentsOf } from './callee.ts';
import type { Call, Survey } from './survey.ts';

/** Calls that sleep, or wait for a lock, a queue, a process or the terminal. */
export function waitsIn({ units, spec }: Survey): Call[] {
  return units
    .flatMap((unit) => unit.calls)
    .filter((call) => spec.library.waits.test(call.name) && !joinsText(call));
}

/** `', '.join(words)` and `path.join(a, b)` take arguments, joining a thread takes none. */
function joinsText({ name, node }: Call): boolean {
  return name.endsWith('.join') && argumentsOf(node).length > 0;
}
