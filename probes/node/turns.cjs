'use strict';
const { clockMs } = require('./messages.cjs');
const { HANDLES, LATE_MS, TURNED_MS } = require('./shared.cjs');

const TICK_MS = 50;
/** Handles are counted once a second: there may be many. */
const TICKS_PER_COUNT = 20;

/**
 * Tells the looking thread that the event loop turns, and how late. A timer of JavaScript:
 * monitorEventLoopDelay of Node 20 stops after one turn that takes long. It keeps nothing alive.
 */
function watchTurns(shared, look) {
  let ticks = 0;
  Atomics.store(shared, TURNED_MS, clockMs());
  setInterval(() => {
    const nowMs = clockMs();
    const lateMs = delayMs(shared, nowMs);
    if (lateMs > Atomics.load(shared, LATE_MS)) Atomics.store(shared, LATE_MS, lateMs);
    Atomics.store(shared, TURNED_MS, nowMs);
    look();
    if (ticks++ % TICKS_PER_COUNT === 0)
      Atomics.store(shared, HANDLES, process.getActiveResourcesInfo().length);
  }, TICK_MS).unref();
}

/** How late the loop is by now. */
function delayMs(shared, nowMs) {
  return Math.max(0, ((nowMs - Atomics.load(shared, TURNED_MS)) | 0) - TICK_MS);
}

/** The longest delay since this was asked last, the one that is not over included. */
function takeDelayMs(shared) {
  return Math.max(Atomics.exchange(shared, LATE_MS, 0), delayMs(shared, clockMs()));
}

module.exports = { TICK_MS, takeDelayMs, watchTurns };
