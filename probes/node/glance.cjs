'use strict';

/**
 * The frames of a thread, without a debugger: the inspector interrupts it for something that throws, and
 * says with what it has caught where that was. Nothing of the program is called, no code becomes slow
 * for it, and it takes less than a millisecond; variables cannot be read that way.
 */
async function glance(post) {
  await post('Runtime.enable');
  const { exceptionDetails } = await post('Runtime.evaluate', {
    expression: 'throw 0',
    silent: true,
  });
  await post('Runtime.disable');
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
