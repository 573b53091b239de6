import { argumentsOf, lastPart } from '#analyze/features/callee.ts';
import type { Call, Unit } from '#analyze/features/survey.ts';
import { CONSTANT, LINEAR, type Growth } from './growth.ts';
import type { Values } from './values.ts';

const LIST = /^(\w+\.)*(List|ArrayList|LinkedList|Vector|Collection)\b/;
const SEARCHES = /^(contains|indexOf|lastIndexOf)$/;
/** `size() - 1` */
const AT_END = /\b(size|Count)\b/;

/** What searches a list, or moves what stands behind a place of it; undefined for other calls. */
export function listCallGrowth(call: Call, unit: Unit, values: Values): Growth | undefined {
  const type = typeOf(call.name.slice(0, call.name.lastIndexOf('.')), unit) ?? '';
  if (!LIST.test(type) || !(SEARCHES.test(lastPart(call.name)) || isMoving(call, type)))
    return undefined;
  // No more can be removed than there is: the two loops pay for that.
  if (lastPart(call.name) === 'remove' && call.loopDepth > 1) return CONSTANT;
  const object = call.node.child('object') ?? call.node.child('callee')?.child('object');
  return values.of(object, unit).constant === undefined ? LINEAR : CONSTANT;
}

/** `remove(0)`, `add(0, x)` */
function isMoving({ name, node }: Call, type: string): boolean {
  const [at, ...more] = argumentsOf(node);
  const most = new Map([
    ['remove', 0],
    ['add', 1],
  ]).get(lastPart(name));
  if (at === undefined || more.length !== most || AT_END.test(at.text)) return false;
  return at.text !== '0' || !type.includes('LinkedList');
}

/** Where the name is declared, nearest scope first. */
export function typeOf(name: string, from: Unit): string | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent) {
    const type = unit.types.get(name);
    if (type !== undefined) return type;
    if (unit.assignments.has(name) || unit.parameters.includes(name)) return undefined;
  }
  return undefined;
}
