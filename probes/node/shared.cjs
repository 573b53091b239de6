'use strict';
/** Numbers that the program's main thread and the looking thread share: indices of one Int32Array. */
module.exports = {
  LENGTH: 8,
  /** Calls under way. */
  CALLS: 0,
  /** 1 while a look is under way. */
  CONNECTED: 1,
  /** 1 when the program ends: no look may begin. */
  STOP: 2,
  /** What keeps the event loop alive. */
  HANDLES: 3,
  /** Worker threads that the main thread has started. */
  WORKERS: 4,
  /** When the event loop turned last, by clockMs. */
  TURNED_MS: 5,
  /** The longest that a turn came late since somebody looked. */
  LATE_MS: 6,
  /** 0 while there is no program yet. */
  CLAIMED: 7,
};
