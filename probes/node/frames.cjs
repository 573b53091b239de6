'use strict';
const { text } = require('./messages.cjs');

const MOST_PLACES = 16;
const MOST_ITEMS = 8;
const MOST_VALUES = 16;
const SLOT_BYTES = 8;
const HASHED_BYTES = 40;
const WIDTHS = {
  Int8Array: 1,
  Uint8Array: 1,
  Uint8ClampedArray: 1,
  Buffer: 1,
  Int16Array: 2,
  Uint16Array: 2,
  Int32Array: 4,
  Uint32Array: 4,
  Float32Array: 4,
};

/**
 * Frames { functionName, url, lineNumber (from 0), scopes } as places of the protocol, and apart those of
 * the program's own code: what was planned, and what lies in its folder.
 */
function readFrames(frames, folder, plan) {
  const stack = [];
  const own = [];
  const times = new Map();
  for (const { functionName, url, lineNumber, scopes } of frames) {
    const file = fileOf(url, folder);
    const isForeign = /^node:|^\/|^evalmachine|node_modules\//.test(file) || file === '';
    const isOwn = !isForeign || Object.hasOwn(plan, file);
    const name = text(functionName);
    times.set(name, (times.get(name) ?? 0) + 1);
    const place = [text(file), name, lineNumber + 1];
    if (stack.length < MOST_PLACES && (isOwn || stack.length === 0)) stack.push(place);
    if (isOwn) own.push({ file, name, line: place[2], scopes });
  }
  const recursion = [...times]
    .filter(([name, count]) => count > 1 && name !== '')
    .sort(([, one], [, other]) => other - one)
    .slice(0, 4);
  return { stack, depth: frames.length, recursion, own };
}

function fileOf(url, folder) {
  const path = url.startsWith('file://') ? decodeURI(url.slice(7)) : url;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

/** Containers among the variables, largest first; lengths as the inspector describes them. */
function containersOf(variables) {
  const found = [];
  for (const { frame, values } of variables)
    for (const [name, value] of values) {
      const [, kind, length] = /^(\w+)\((\d+)\)$/.exec(value.description ?? '') ?? [];
      if (kind === undefined && !(value.type === 'string' && value.value.length > 256)) continue;
      const count = kind === undefined ? value.value.length : Number(length);
      const width =
        kind === undefined
          ? 1
          : (WIDTHS[kind] ?? (/^(Map|Set)$/.test(kind) ? HASHED_BYTES : SLOT_BYTES));
      if (count > 256) found.push([text(name), frame.name, kind ?? 'string', count, count * width]);
    }
  return found.sort((one, other) => other[4] - one[4]).slice(0, MOST_ITEMS);
}

/** Loops of the plan around the live lines, with rounds done of rounds in all. */
async function loopsOf(variables, plan, { lengthOf, positionOf }) {
  const found = [];
  for (const { frame, values } of variables) {
    const around = (plan[frame.file]?.loops ?? []).filter(
      ({ first, last, function: name }) =>
        first <= frame.line && frame.line <= last && lastName(name) === lastName(frame.name),
    );
    for (const loop of around.sort((one, other) => other.first - one.first)) {
      const progress =
        loop.kind === 'each'
          ? await eachOf(loop, frame.file, values, { lengthOf, positionOf })
          : progressOf(loop, values, lengthOf);
      if (progress) found.push([frame.file, loop.first, ...progress]);
    }
  }
  return found.slice(0, MOST_ITEMS);
}

/** Numbers that the plan asks for, from the innermost frame of the function that is about to use them. */
function valuesOf(variables, plan, lengthOf) {
  const found = new Map();
  for (const { frame, values } of variables)
    for (const { function: within, name, length } of plan[frame.file]?.values ?? []) {
      if (lastName(within) !== lastName(frame.name)) continue;
      const held = values.get(name ?? length);
      const value = name === undefined ? lengthOf(held) : numberOf(held);
      const key = name ?? `len(${length})`;
      if (value >= 0 && !found.has(`${frame.name}\0${key}`))
        found.set(`${frame.name}\0${key}`, [text(frame.name), text(key), value]);
    }
  return [...found.values()].slice(0, MOST_VALUES);
}

const lastName = (name) => name.slice(name.lastIndexOf('.') + 1);

function progressOf({ variable, from, to, step }, values, lengthOf) {
  const number = (bound) => {
    if (typeof bound === 'number') return bound;
    const value = values.get(bound.name ?? bound.length);
    return bound.length === undefined ? numberOf(value) : lengthOf(value);
  };
  const [now, begin, end, by] = [
    numberOf(values.get(variable)),
    number(from),
    number(to),
    number(step),
  ];
  if (now === undefined || begin === undefined || end === undefined || !by) return undefined;
  const [done, total] = [(now - begin) / by, (end - begin) / by];
  return done >= 0 && done <= total ? [done, total] : undefined;
}

/** The iterator itself is nowhere to be seen: where the element stands in its array tells. */
async function eachOf({ first, variable, over }, file, values, { lengthOf, positionOf }) {
  const [container, element] = [values.get(over), values.get(variable)];
  if (!/^(array|typedarray)$/.test(container?.subtype ?? '') || element === undefined)
    return undefined;
  const at = await positionOf(`${file}:${first}`, container, element);
  return at === undefined ? undefined : [at, lengthOf(container)];
}

const numberOf = (value) => (value?.type === 'number' ? value.value : undefined);

module.exports = { containersOf, fileOf, loopsOf, readFrames, valuesOf };
