import type { Deadline } from '#analyze/deadline.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** Longer right-hand sides are no steps of a counter. */
const LONGEST_STEP = 80;
const MOST_STEPS = 256;

/** One assignment inside a loop from one name to another: a copy, one beside it, or a multiple of it. */
type Step = { readonly to: string; readonly from: string; readonly isScaled: boolean };

/**
 * Names of a loop that come back to themselves through a factor: `child = 2 * pos + 1; pos = child`,
 * `parent = (k - 1) >> 1; k = parent`. Each takes as many values as there are levels in a heap.
 */
export function scaledRound(loop: SyntaxNode, deadline?: Deadline): ReadonlySet<string> {
  const steps = stepsIn(loop, deadline);
  const scaled = steps.filter(({ isScaled }) => isScaled);
  const names = new Set<string>();
  for (const { to, from } of scaled) {
    const after = reached(to, steps, 'from', 'to');
    const before = reached(from, steps, 'to', 'from');
    if (!after.has(from)) continue;
    for (const name of after) if (before.has(name)) names.add(name);
  }
  return names;
}

/** Whether an expression is a multiple or a part of a name: `2 * i + 1`, or `largest` that is set to it. */
export function isScaled(value: SyntaxNode, name: string, within: SyntaxNode): boolean {
  if (value.end - value.start > LONGEST_STEP) return false;
  const from = plain(name);
  const own = stepFrom(plain(value.text));
  if (own === undefined) return false;
  if (own.from === from) return own.isScaled;
  const steps = stepsIn(within);
  const before = reached(own.from, steps, 'to', 'from');
  const after = reached(from, steps, 'from', 'to');
  return steps.some((step) => step.isScaled && before.has(step.to) && after.has(step.from));
}

/** What a name leads to, or comes from, itself included. */
function reached(
  start: string,
  steps: readonly Step[],
  here: 'to' | 'from',
  there: 'to' | 'from',
): ReadonlySet<string> {
  const names = new Set([start]);
  for (const name of names)
    for (const step of steps) if (step[here] === name) names.add(step[there]);
  return names;
}

function stepsIn(loop: SyntaxNode, deadline?: Deadline): Step[] {
  const steps: Step[] = [];
  const stack = loop.children.filter(({ slot }) => slot !== 'initializer');
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (deadline?.passed() === true || steps.length >= MOST_STEPS) break;
    if (isAssignment(next)) steps.push(...stepsOf(next));
    for (const child of next.children) stack.push(child);
  }
  return steps;
}

/** The shell's `(( i = j ))` is an operation to its grammar. */
export function isAssignment({ role, operator, children: [left] }: SyntaxNode): boolean {
  return (
    role === 'assign' || (role === 'binary' && operator === '=' && left?.type === 'variable_name')
  );
}

/** Go's and Python's `i, j = j, i + 1` are steps of their own. */
function stepsOf(assignment: SyntaxNode): Step[] {
  const [left, right] = [assignment.child('left'), assignment.child('right')];
  if (left === undefined || right === undefined) return [];
  const isPair = left.role === 'tuple' && right.role === 'tuple';
  const pairs = isPair
    ? left.children.map((to, at) => [to, right.children[at]] as const)
    : [[left, right] as const];
  return pairs.flatMap(([to, value]) => {
    if (value === undefined || value.end - value.start > LONGEST_STEP) return [];
    const name = plain(to.text);
    const step = /^\w+$/.test(name) ? stepFrom(plain(value.text)) : undefined;
    return step === undefined ? [] : [{ to: name, ...step }];
  });
}

/** Variables of the shell and of PHP without their sign, `Math.floor(x)`, `(int) x` and `intdiv(x, 2)` as x / 2. */
export function plain(text: string): string {
  return PLAIN.test(text) && text !== 'expr' ? text : unwrapped(text);
}

/** Nothing in it could be left out. */
const PLAIN = /^\w+$/;

function unwrapped(text: string): string {
  return text
    .replaceAll(/[$`]|\bexpr\b|\\(?=\*)/g, '')
    .replaceAll(/\bintdiv\(\s*([^,()]+(?:\([^()]*\))?[^,()]*),\s*(\d)\s*\)/g, '(($1) / $2)')
    .replaceAll(
      /\b(?:Math\.(?:floor|trunc)|floor|int|uint|u?int\d+|usize|Number|parseInt)\s*(?=\()|\((?:int|long)\)/g,
      '',
    )
    .trim();
}

const SUM = String.raw`\(*\s*(\w+)\s*(?:[-+]\s*\d+\s*)?\)*`;
const BESIDE = new RegExp(`^${SUM}$`);
const DIVIDED = new RegExp(
  String.raw`^${SUM}\s*(?:/|//|>>>?|<<|\*)\s*\d+\s*\)*\s*(?:[-+]\s*\d+)?\s*\)*$`,
);
const TIMES = new RegExp(String.raw`^\(*\s*[2-9]\s*\*\s*${SUM}\s*(?:[-+]\s*\d+)?\s*\)*$`);

function stepFrom(value: string): Omit<Step, 'to'> | undefined {
  const scaled = (DIVIDED.exec(value) ?? TIMES.exec(value))?.[1];
  if (scaled !== undefined && /\D/.test(scaled)) return { from: scaled, isScaled: true };
  const beside = BESIDE.exec(value)?.[1];
  return beside !== undefined && /^[A-Za-z_]/.test(beside)
    ? { from: beside, isScaled: false }
    : undefined;
}
