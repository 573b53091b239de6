'use strict';

/** A program that is stopped pays some 15 ms each time, most of it to make its code fast again. */
const SHORTEST_MS = 1000;
const LONGEST_MS = 8000;
/** Of the time since loops were entered: what has gone on for long goes on. */
const SHARE = 0.25;
/** Growth since the last time that tells more than the place. */
const GROWN = 1.25;
const GROWN_BYTES = 16 * 2 ** 20;

/**
 * When the program is worth stopping for its variables. In between, what was read stands as long as it
 * is in the same loops and function. Lifecycle: isDue → saw, or between.
 */
function openPauses(plan) {
  let dueMs = 0;
  let soonestMs = 0;
  let heldBytes = 0;
  let enteredMs = performance.now();
  let place = '';

  return {
    isDue(bytes) {
      const hasGrown = bytes > heldBytes * GROWN && bytes - heldBytes > GROWN_BYTES;
      return performance.now() >= (hasGrown ? soonestMs : dueMs);
    },
    saw({ stack }, bytes) {
      const nowMs = performance.now();
      const now = placeOf(stack, plan);
      if (now !== place) [place, enteredMs] = [now, nowMs];
      heldBytes = bytes;
      soonestMs = nowMs + SHORTEST_MS;
      dueMs = nowMs + Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (nowMs - enteredMs) * SHARE));
    },
    /** Without what was not read, where what was read still holds. */
    between(found) {
      const now = placeOf(found.stack, plan);
      if (now === place) return found;
      if (now !== '') dueMs = Math.min(dueMs, soonestMs);
      return { ...found, containers: [], loops: [] };
    },
  };
}

/** The loops and functions of the plan that a stack is in; empty where nothing is to be read there. */
function placeOf(stack, plan) {
  return stack
    .flatMap(([file, name, line]) => {
      const { loops = [], values = [] } = plan[file] ?? {};
      const around = loops.filter(({ first, last }) => first <= line && line <= last);
      const isAsked = values.some((value) => value.function === name);
      return [...around.map(({ first }) => `${file}:${first}`), ...(isAsked ? [name] : [])];
    })
    .join();
}

module.exports = { openPauses };
