'use strict';

/** A program that is stopped pays 15 to 45 ms each time, most of it to make its code fast again. */
const SHORTEST_MS = 1000;
const LONGEST_MS = 16000;
/** What has gone on for long goes on: until it is stopped again it has run for three times as long. */
const AGAIN_AFTER = 2;
/** So often a program that goes from place to place is stopped as it goes, and then once in so long. */
const AT_ONCE = 4;
const THEN_EVERY_MS = 12000;
/** Growth since the last time that tells more than the place. */
const GROWN = 1.25;
const GROWN_BYTES = 16 * 2 ** 20;

/**
 * When the program is worth stopping for its variables. In between, what was read stands as long as it
 * is in the same outermost loop or function, and where in it it was stopped before. Lifecycle:
 * isDue → saw, or between.
 */
function openPauses(plan) {
  let dueMs = 0;
  let soonestMs = 0;
  /** The same where it is for another place, and not for growth, that it is worth it. */
  let nextMs = 0;
  let heldBytes = 0;
  let stops = 0;
  const begunMs = performance.now();
  let enteredMs = begunMs;
  let outermost;
  /** Where the program was stopped since it entered that. */
  const places = new Set();

  return {
    isDue(bytes) {
      const hasGrown = bytes > heldBytes * GROWN && bytes - heldBytes > GROWN_BYTES;
      return performance.now() >= (hasGrown ? soonestMs : dueMs);
    },
    saw({ stack }, bytes) {
      const nowMs = performance.now();
      const around = placesAround(stack, plan);
      if (around.at(-1) !== outermost) {
        [outermost, enteredMs] = [around.at(-1), nowMs];
        places.clear();
      }
      places.add(around.join());
      heldBytes = bytes;
      stops += 1;
      soonestMs = nowMs + SHORTEST_MS;
      nextMs = Math.max(soonestMs, begunMs + (stops - AT_ONCE) * THEN_EVERY_MS);
      const wait = Math.max(SHORTEST_MS, (nowMs - enteredMs) * AGAIN_AFTER);
      dueMs = Math.max(nextMs, nowMs + Math.min(LONGEST_MS, wait));
    },
    /** Without what was not read, where what was read still holds. */
    between(found) {
      const around = placesAround(found.stack, plan);
      if (around.at(-1) === outermost && places.has(around.join())) return found;
      if (around.length > 0) dueMs = Math.min(dueMs, nextMs);
      return { ...found, containers: [], loops: [] };
    },
  };
}

/** The loops and functions of the plan that a stack is in, innermost first; none where nothing is to be read. */
function placesAround(stack, plan) {
  const around = stack.flatMap(([file, name, line]) => {
    const { loops = [], values = [] } = plan[file] ?? {};
    const entered = loops
      .filter(({ first, last }) => first <= line && line <= last)
      .sort((one, other) => other.first - one.first);
    const isAsked = values.some((value) => value.function === name);
    return [...entered.map(({ first }) => `${file}:${first}`), ...(isAsked ? [name] : [])];
  });
  // Once each: a recursion is in the same place at any depth.
  return [...new Set(around)];
}

module.exports = { openPauses };
