import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf } from './callee.ts';
import { below, joined, type Inner, type Part } from './part.ts';

/** The same elements in another form or order. */
const SAME =
  /^(list|tuple|set|iter|sorted|reversed|enumerate|zip|from|asList|of|to\w*|sort|reverse|values|keys|entries|items|iter|iterator|into_iter|stream|each|collect|unwrap|clone|copy|as_\w+|str|String|Number|int|Path|File|split|trim|strip|splitlines|expect|borrow|unref|deref|Some|Ok|escape|fspath|\w+path|encode|decode)$/;
/** What has these is asked for what it holds. */
const LISTING =
  /child|kids|sub(class|tree|dir|folder|type)|entries|elements|items|values|keys|parts|nodes|fields|members|vars|dir|folder|files|glob|getOwnPropertyNames/i;
/** One of what is given after another, or by its name. */
const ELEMENTS = /^(next|getattr)$/;
const JOINS = /^(_?join|resolve|joinpath|Join|combine|Combine|child|File|Path|get)$/;
/** Some of the elements: which, its argument says. */
const SELECTIONS = /^(filter|where|select|find_all|reject|grep)$/;
/** These give something new, or a range of which others share a part. */
const NO_PARTS =
  /^(slice|sub\w*|drop|skip|take|tail|concat|with\w*|set\w*|add|push|remove\w*|delete|without|apply|move\w*|next(State|Move)\w*|neighbou?r\w*|adj\w*|successors?|edges|map|flatMap|reduce|replace\w*)$/i;

/** `Object.values(given)`, `given.getLeft()`, `given.child('left')`, `readdir(folder)`. */
export function partOfCall(node: SyntaxNode, inner: Inner): Part | undefined {
  const callee = node.child('callee');
  const name = (callee?.role === 'member' ? callee.child('property') : callee)?.text ?? '';
  const receiver = node.child('object') ?? callee?.child('object');
  const given = argumentsOf(node);
  return (
    ofJoin(name, given, inner) ??
    ofListing(node, name, given, inner) ??
    ofReceiver(name, receiver, given, inner) ??
    wrapped(given, inner)
  );
}

function ofJoin(name: string, given: readonly SyntaxNode[], inner: Inner): Part | undefined {
  return JOINS.test(name) && given.length > 1 ? joined(given, inner) : undefined;
}

function ofListing(
  node: SyntaxNode,
  name: string,
  given: readonly SyntaxNode[],
  inner: Inner,
): Part | undefined {
  const parts = given.flatMap((each) => inner(each) ?? []);
  const [first] = parts;
  if (first === undefined || NO_PARTS.test(name)) return undefined;
  if (LISTING.test(name) || given.some(({ role, text }) => role === 'string' && LISTING.test(text)))
    return below(first, `(${node.text})`);
  if (ELEMENTS.test(name)) return below(first, `(${node.text})`, true);
  return SAME.test(name) ? first : undefined;
}

function ofReceiver(
  name: string,
  receiver: SyntaxNode | undefined,
  given: readonly SyntaxNode[],
  inner: Inner,
): Part | undefined {
  const part = inner(receiver);
  if (part === undefined || NO_PARTS.test(name)) return undefined;
  if (SAME.test(name)) return part;
  const of = given.map(({ text }) => text).join();
  if (SELECTIONS.test(name)) return { ...part, path: `${part.path}.${name}(${of})` };
  const isRead = given.every(({ role }) => role === 'string' || role === 'closure');
  return isRead ? below(part, `.${name}(${of})`) : undefined;
}

/** `readable(path, () => readdir(path))` gives what is read. */
function wrapped(given: readonly SyntaxNode[], inner: Inner): Part | undefined {
  const bodies = given.filter(({ role }) => role === 'closure').map((each) => each.child('body'));
  return inner(bodies.find((body) => body?.role === 'call'));
}
