'use strict';
const fs = require('node:fs');

const LONGEST_SOURCE = 2_000_000;
const MOST_LOOPS = 4;
const AWAITS = /\bawait\b/;

/** Loops of the plan with an `await` in them, the innermost of nested ones, as { file, first, last }. */
function loopsThatAwait(plan, folder) {
  const found = [];
  for (const [file, { loops = [] }] of Object.entries(plan)) {
    const lines = linesOf(file, folder);
    const awaiting = loops.filter(({ first, last }) =>
      AWAITS.test(lines.slice(first - 1, last).join('\n')),
    );
    const isOuter = (loop) =>
      awaiting.some(
        (other) => other !== loop && loop.first <= other.first && other.last <= loop.last,
      );
    found.push(
      ...awaiting
        .filter((loop) => !isOuter(loop))
        .map(({ first, last }) => ({ file, first, last })),
    );
  }
  return found.slice(0, MOST_LOOPS);
}

function linesOf(file, folder) {
  try {
    const path = file.startsWith('/') ? file : folder + file;
    if (fs.statSync(path).size > LONGEST_SOURCE) return [];
    return fs.readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

module.exports = { loopsThatAwait };
