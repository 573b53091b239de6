import { CONSTANT, type Growth } from '#analyze/features/bounds/growth.ts';
import type { Cost } from '#analyze/features/bounds/cost.ts';
import type { Call, Survey } from '#analyze/features/survey.ts';
import type { Foreign } from './foreign.ts';
import { linkName } from './link-name.ts';

/** What a call into another file costs, its steps naming that file. */
export function foreignCost(
  known: Foreign['calls'],
): ((call: Call, code: Survey) => Cost | undefined) | undefined {
  if (Object.keys(known).length === 0) return undefined;
  return (call, code) => {
    const name = linkName(call, code);
    if (!Object.hasOwn(known, name)) return undefined;
    const { file, cost } = known[name]!;
    if (cost === null) return undefined;
    const below = cost.steps.map((step) => (step.startsWith('line ') ? `${file}, ${step}` : step));
    const step = `line ${call.node.line}: calls ${name.slice(name.lastIndexOf('.') + 1)} in ${file}`;
    return {
      growth: revived(cost.growth),
      loose: revived(cost.loose),
      steps: [step, ...below],
      loopDepth: cost.loopDepth,
    };
  };
}

/** Bounds are compared with the one constant; a copy from another thread is not it. */
function revived(growth: Growth): Growth {
  const { poly, log, exponential } = growth;
  return poly === 0 && log === 0 && !exponential ? CONSTANT : growth;
}
