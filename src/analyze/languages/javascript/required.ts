import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** `[local name, qualified name]` */
type Pair = readonly [string, string];

/** `const { a, b: c } = …` of a module: a is `module.a`, c is `module.b`; `const d = …` is the module. */
export function namesFrom(target: string, module: string): Pair[] {
  if (!target.startsWith('{')) return [[target, module]];
  return [...target.matchAll(/([\w$]+)(?:\s*:\s*([\w$]+))?/g)].map(
    ([, name = '', local = name]) => [local, `${module}.${name}`] as const,
  );
}

const TARGET = /^(\{[^}]{0,2000}\}|[\w$]+)$/;
/** Files of the program itself are linked by where they are. */
const PACKAGE = /^require\(\s*['"]([^.'"][^'"]*)['"]\s*\)(?:\.([\w$]+))?$/;
const LONGEST = 2000;

/** What an assignment brings in from a package: `const { execSync } = require('child_process')`. */
export function required(assignment: SyntaxNode): readonly Pair[] {
  const [left, right] = [assignment.child('left'), assignment.child('right')];
  if (right?.text.startsWith('require(') !== true || right.end - right.start > LONGEST) return [];
  const [, module, member] = PACKAGE.exec(right.text) ?? [];
  if (module === undefined || left === undefined || !TARGET.test(left.text)) return [];
  return namesFrom(left.text, member === undefined ? module : `${module}.${member}`);
}
