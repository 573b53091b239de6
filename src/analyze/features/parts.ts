import { argumentsOf } from './callee.ts';
import type { Call, Unit } from './survey.ts';

/** Beyond it an argument is an expression and no path into a structure. */
const LONGEST_PATH = 120;

/**
 * True when every recursive call hands on a part of what the function was given: a field, an entry,
 * or what a loop takes out of one. Such a walk comes to each part once, however often it branches.
 * Example: `for child in node.children: visit(child)`, `size(tree.left) + size(tree.right)`.
 */
export function isWalkOfParts(calls: readonly Call[]): boolean {
  return (
    calls.length > 0 &&
    calls.every((call) => argumentsOf(call.node).some(({ text }) => isPart(text, call.unit, 0)))
  );
}

const DEEPEST_NAME = 4;

/** `given.left`, `given[0]`, `given->next`, `given.getLeft()`; or a name for such. */
function isPart(text: string, unit: Unit, depth: number): boolean {
  if (text.length > LONGEST_PATH || depth > DEEPEST_NAME) return false;
  const path =
    /^[*&(]*([A-Za-z_$][\w$]*)((?:(?:\?|!)?(?:\.|->)[\w$]+(?:\(\))?|\[[^\][:,+-]*\])*)[!)]*$/.exec(
      text.trim(),
    );
  const [, name, rest] = path ?? [];
  if (name === undefined) return false;
  if (rest !== '' && isGiven(name, unit)) return true;
  return namedParts(name, unit, depth);
}

function isGiven(name: string, unit: Unit): boolean {
  return unit.parameters.includes(name) || name === 'self' || name === 'this';
}

/** A variable that was taken out of what was given, by an assignment or by a loop over it. */
function namedParts(name: string, unit: Unit, depth: number): boolean {
  const loop = unit.loops.find(
    ({ node }) => node.role === 'each' && isNameIn(name, node.child('variable')?.text),
  );
  const source = loop?.node.child('iterable')?.text;
  if (source !== undefined) return isGiven(source.trim(), unit) || isPart(source, unit, depth + 1);
  const values = (unit.assignments.get(name) ?? []).flatMap(({ value }) => value?.text ?? []);
  return values.length > 0 && values.every((value) => isPart(value, unit, depth + 1));
}

function isNameIn(name: string, variables: string | undefined): boolean {
  return variables?.match(/[A-Za-z_$][\w$]*/g)?.includes(name) ?? false;
}
