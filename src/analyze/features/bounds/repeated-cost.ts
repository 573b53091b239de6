import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { isCaseLoop } from './case-loops.ts';
import { after, type Cost } from './cost.ts';
import { CONSTANT, describeGrowth, LINEAR, LOG, times, type Growth } from './growth.ts';
import { looksLikeHalvings } from './iterations.ts';
import type { Iterations } from './values.ts';

const LARGE_COUNT = 1000;

/** All rounds of a loop, from what one round costs. */
export function repeatedCost(loop: SyntaxNode, iterations: Iterations, round: Cost): Cost {
  const loopDepth = round.loopDepth + 1;
  const { growth, loose } = round;
  if (isCaseLoop(loop)) {
    const step = `line ${loop.line}: loop over cases that read their own input`;
    return { growth, loose: times(LINEAR, loose), steps: after(step, round), loopDepth };
  }
  const step = `line ${loop.line}: loop ${iterations.why} (${describeGrowth(iterations.growth)})`;
  return {
    growth: times(iterations.growth, growth),
    loose: times(looseGrowth(iterations), loose),
    steps: after(step, round),
    loopDepth,
  };
}

function looseGrowth({ growth, count }: Iterations): Growth {
  if (count === undefined || growth !== CONSTANT) return growth;
  if (count >= LARGE_COUNT) return LINEAR;
  return looksLikeHalvings(count) ? LOG : CONSTANT;
}
