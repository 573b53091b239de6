'use strict';

/** Elements that are gone through in one look. */
const MOST_COMPARED = 20_000;
const MOST_POSITIONS = 64;
const FIND = `function (element, from, most) {
  const end = Math.min(this.length, from + most);
  for (let at = from; at < end; at++) if (this[at] === element) return at;
  return -1;
}`;

/**
 * Where an element stands in an array: sought from where the last one stood, else from the start,
 * else further on at the next look. Ends at once if it would run code of the program that changes
 * anything.
 */
function openPositions(post) {
  const positions = new Map();

  function keep(loop, at) {
    if (positions.size >= MOST_POSITIONS) positions.clear();
    positions.set(loop, at);
    return at;
  }

  return async function positionOf(loop, { objectId }, element) {
    const known = positions.get(loop) ?? 0;
    for (const from of known === 0 ? [0] : [known, 0]) {
      const { result } = await post('Runtime.callFunctionOn', {
        functionDeclaration: FIND,
        objectId,
        arguments: [argumentOf(element), { value: from }, { value: MOST_COMPARED }],
        returnByValue: true,
        silent: true,
        throwOnSideEffect: true,
      });
      if (result?.type !== 'number') return undefined;
      if (result.value >= 0) return keep(loop, result.value);
    }
    keep(loop, known + MOST_COMPARED);
    return undefined;
  };
}

function argumentOf({ objectId, unserializableValue, value }) {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value } : { unserializableValue };
}

module.exports = { openPositions };
