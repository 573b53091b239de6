import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, calleeName, lastPart } from '#analyze/features/callee.ts';

/** What a place does to the length of the container that is named there. */
export type LengthChange =
  | { readonly kind: 'none' }
  /** Adds this element, or as many as that expression has. */
  | { readonly kind: 'adds'; readonly element?: SyntaxNode; readonly elements?: SyntaxNode }
  /** Sets one entry, which adds it where keys need not exist. */
  | { readonly kind: 'entry' }
  /** Has it under another name from there on. */
  | { readonly kind: 'alias'; readonly name: string }
  /** Hands it to a call, as the argument in this place. */
  | { readonly kind: 'handed'; readonly call: SyntaxNode; readonly at: number }
  /** Leads where it cannot be followed. */
  | { readonly kind: 'unknown' };

const NONE: LengthChange = { kind: 'none' };
const ENTRY: LengthChange = { kind: 'entry' };
const UNKNOWN: LengthChange = { kind: 'unknown' };

/** Methods that add one element, in any of the languages. */
const ADDING =
  /^(append|appendleft|add|addFirst|addLast|push|push_back|push_front|push_str|emplace|emplace_back|unshift|insert|prepend|put|putIfAbsent|set|setdefault|store|offer|enqueue|tryadd|addlast)$/i;
/** Methods that add what their argument holds, or what cannot be told. */
const JOINING =
  /^(extend|extendleft|update|addAll|addRange|putAll|concat|merge!|merge|union|splice|resize|assign|entry|defineProperty)$/i;
/** Functions that change the length of their first argument. */
const FUNCTIONS = /(^|[._])(heappush|insort\w*|array_push|array_unshift)$/;

export function lengthChangeAt(use: SyntaxNode): LengthChange {
  const { parent } = use;
  if (parent === undefined) return NONE;
  switch (parent.role) {
    case 'member':
      return use.slot === 'object' || parent.children[0] === use ? ofMember(parent) : NONE;
    case 'index':
      return (parent.child('object') ?? parent.children[0]) === use ? ofEntry(parent) : NONE;
    case 'augment':
      return use.slot === 'left' || parent.children[0] === use ? joined(parent) : NONE;
    case 'binary':
      return ofBinary(use, parent);
    case 'call':
    case 'new':
      if (use.slot === 'object') return ofMethod(parent);
      return use.slot === 'arguments' ? handed(use, parent) : NONE;
    case 'global':
      return UNKNOWN;
    default:
      return held(use);
  }
}

function adds(element?: SyntaxNode, elements?: SyntaxNode): LengthChange {
  return { kind: 'adds', ...(element && { element }), ...(elements && { elements }) };
}

/** `rows.append(x)`; `add = rows.append` is called somewhere. */
function ofMember(member: SyntaxNode): LengthChange {
  const call = member.parent;
  if (call?.role === 'call' && member.slot === 'callee') return ofMethod(call);
  const method = member.child('property')?.text ?? '';
  return ADDING.test(method) || JOINING.test(method) ? UNKNOWN : NONE;
}

function ofMethod(call: SyntaxNode): LengthChange {
  const method = lastPart(calleeName(call, new Map()));
  const given = argumentsOf(call);
  const spread = given.find(({ role }) => role === 'spread');
  if (ADDING.test(method))
    return spread === undefined ? adds(given.at(-1)) : adds(undefined, spread);
  if (!JOINING.test(method)) return NONE;
  return given.length === 0 ? UNKNOWN : adds(undefined, given.at(-1));
}

/** `table[key] = x`, `rows[len(rows):] = more`. */
function ofEntry(entry: SyntaxNode): LengthChange {
  if (!isTarget(entry)) return NONE;
  return entry.children.some(({ role }) => role === 'slice') ? UNKNOWN : ENTRY;
}

/** Go writes every assignment with lists on both sides: `a[i], b = x, y`. */
export function isTarget(node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent?.role === 'tuple') return isTarget(parent);
  if (parent?.role !== 'assign' && parent?.role !== 'augment') return false;
  return (parent.child('left') ?? parent.child('name') ?? parent.children[0]) === node;
}

function joined(augment: SyntaxNode): LengthChange {
  const elements = augment.child('right') ?? augment.children[1];
  return elements === undefined ? UNKNOWN : adds(undefined, elements);
}

/** Ruby's `rows << x`; `rows = rows + [x]`. */
function ofBinary(use: SyntaxNode, binary: SyntaxNode): LengthChange {
  if (binary.operator === '<<' && binary.children[0] === use) return adds(binary.children[1]);
  const assign = binary.parent;
  if (binary.operator !== '+' || assign?.role !== 'assign') return NONE;
  if (assign.child('left')?.text !== use.text) return NONE;
  const elements = binary.children.find((child) => child !== use);
  return elements === undefined ? UNKNOWN : adds(undefined, elements);
}

function handed(use: SyntaxNode, call: SyntaxNode): LengthChange {
  const name = calleeName(call, new Map());
  const at = argumentsOf(call).indexOf(use);
  if (FUNCTIONS.test(name)) return at === 0 ? adds(argumentsOf(call).at(-1)) : UNKNOWN;
  return { kind: 'handed', call, at };
}

/** Kept under a name, in something else, or not at all. */
function held(use: SyntaxNode): LengthChange {
  let from = use;
  for (let around = use.parent; around !== undefined; from = around, around = around.parent) {
    switch (around.role) {
      case 'tuple':
      case 'list':
      case 'dict':
      case 'set':
      case 'pair':
      case 'argument':
      case 'conditional':
      case 'logical':
        continue;
      case 'call':
      case 'new':
        return from.slot === 'arguments' ? UNKNOWN : NONE;
      case 'assign':
        return ofAssign(use, from, around);
      case 'yield':
      case 'parameter':
        return UNKNOWN;
      default:
        return NONE;
    }
  }
  return NONE;
}

function ofAssign(use: SyntaxNode, from: SyntaxNode, assign: SyntaxNode): LengthChange {
  const left = assign.child('left') ?? assign.child('name');
  if (left === undefined || from === left) return NONE;
  return use === from && left.role === 'name' ? { kind: 'alias', name: left.text } : UNKNOWN;
}
