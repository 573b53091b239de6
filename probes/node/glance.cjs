'use strict';

/**
 * The frames of a thread, without a debugger: the inspector interrupts it for something that throws, and
 * says with what it has caught where that was. Nothing of the program is called, no code becomes slow
 * for it, and it takes less than a millisecond; variables cannot be read that way. All is asked at once,
 * so that the thread is interrupted once.
 */
async function glance(post) {
  void post('Runtime.enable');
  const thrown = post('Runtime.evaluate', { expression: 'throw 0', silent: true });
  void post('Runtime.disable');
  const { exceptionDetails } = await thrown;
  // The first frame is that of the expression.
  const [, ...frames] = exceptionDetails?.stackTrace?.callFrames ?? [];
  return frames.map((frame) => ({ ...frame, scopes: [] }));
}

/** Bytes of a thread's heap, and of its buffers where Node tells (22 and later). */
async function heapOf(post) {
  const { usedSize = 0, backingStorageSize = 0 } = await post('Runtime.getHeapUsage');
  return { heapBytes: usedSize, externalBytes: backingStorageSize };
}

module.exports = { glance, heapOf };
