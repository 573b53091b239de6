'use strict';
const { loopsThatAwait } = require('./awaiting.cjs');
const { STOP } = require('./shared.cjs');

const LONGEST_ROUND_MS = 1000;
/** How long the progress of a loop stands that nobody has seen since. */
const LONGEST_SEEN_MS = 5000;
/** After a round that did not come. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;

/**
 * When to wait for rounds of loops that await. Nobody looks elsewhere meanwhile, and what waits costs
 * nothing; a program in which no round comes is asked less and less often.
 */
function openRounds({ plan, folder, shared }) {
  let loops;
  let pauseMs = 0;
  let dueMs = 0;
  let last;
  let seenMs = 0;
  return {
    get loops() {
      loops ??= loopsThatAwait(plan, folder);
      return loops;
    },
    areDue() {
      return performance.now() >= dueMs && this.loops.length > 0;
    },
    /** Undefined after a while, and at once when the program ends. */
    async end() {
      const { async: isAsync, value } = Atomics.waitAsync(shared, STOP, 0, LONGEST_ROUND_MS);
      if (isAsync) await value;
    },
    missed() {
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2 + FIRST_PAUSE_MS);
      dueMs = performance.now() + pauseMs;
    },
    saw(found) {
      [last, seenMs, pauseMs] = [found, performance.now(), 0];
    },
    /** Where nothing of the program's own runs, it is where it was seen last, while that may still be true. */
    goesOn(found) {
      if (last === undefined || performance.now() - seenMs > LONGEST_SEEN_MS) return found;
      return { ...found, stack: last.stack, depth: last.depth, loops: last.loops };
    },
  };
}

module.exports = { openRounds };
