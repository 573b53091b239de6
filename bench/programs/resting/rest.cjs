// Lives long enough for a probe to have begun, and does nothing.
setTimeout(() => {}, 500);
