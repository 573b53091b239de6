import type { SizeExpression, SizeFactor } from '#model/site.ts';
import { ofName } from '#analyze/features/by-name.ts';
import { argumentsOf } from '#analyze/features/callee.ts';
import { pathOf } from '#analyze/features/live-quantity.ts';
import { fileOf, openedAs } from '#analyze/features/opened-files.ts';
import type { Call } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentIn, sourceOf, type SiteContext } from './site-context.ts';

/** Take the file as a receiver: `f.read()`, `open(path).readlines()`, `Path(path).read_text()`. */
const READING = /\.(read|readlines|read_text|read_bytes)$/;
/** Take the open file, or its name, as their first argument. */
const LOADING =
  /^(json|pickle|marshal|tomllib|yaml)\.(load|safe_load)$|^numpy\.(load|loadtxt|genfromtxt|fromfile)$|^pandas\.read_(csv|json|parquet|excel|pickle|feather|table)$|^(fs\.|node:fs\.|(node:)?fs\/promises\.)?readFile(Sync)?$/;

const MOST_STEPS = 8;

/**
 * A file that is taken into memory as a whole. What becomes of it there differs by format and is
 * never much less: one byte each is where an estimate begins.
 */
export function fileSize(call: Call, context: SiteContext): SizeExpression | undefined {
  const file = fileRead(call, context);
  const factor = file === undefined ? undefined : factorOf(file, context);
  return factor === undefined ? undefined : { bytes: 1, times: [factor] };
}

/** As a whole: by the receiver, or by what is given. */
const readingOf = ofName((name): 'of its receiver' | 'of what is given' | undefined => {
  if (LOADING.test(name)) return 'of what is given';
  return READING.test(name) ? 'of its receiver' : undefined;
});

function fileRead({ named, node }: Call, context: SiteContext): SyntaxNode | undefined {
  const reading = readingOf(named);
  if (reading === undefined) return undefined;
  const given = argumentsOf(node)[0];
  if (reading === 'of what is given')
    return given === undefined ? undefined : behind(given, context);
  // `f.read(1024)` takes a part.
  if (given !== undefined) return undefined;
  const receiver = node.child('callee')?.child('object');
  return receiver === undefined ? undefined : behind(receiver, context, true);
}

function behind(
  node: SyntaxNode,
  { unit }: SiteContext,
  mustBeOpened = false,
): SyntaxNode | undefined {
  const opened =
    fileOf(node) ?? (node.role === 'name' ? openedAs(node.text, node, unit) : undefined);
  if (opened !== undefined) return opened;
  const isPath = node.role === 'call' && /(^|\.)Path$/.test(node.child('callee')?.text ?? '');
  if (isPath) return argumentsOf(node)[0];
  return mustBeOpened ? undefined : node;
}

/** By what its name is: a literal or an argument of the program, else by the variable that holds it. */
function factorOf(file: SyntaxNode, context: SiteContext, steps = 0): SizeFactor | undefined {
  const fileArgument = argumentIn(file);
  if (fileArgument !== undefined) return { fileArgument };
  if (file.role === 'string') return literal(file);
  const path = pathOf(file);
  if (path === undefined) return undefined;
  const source = steps < MOST_STEPS ? sourceOf(path, context) : undefined;
  const known = source && factorOf(source.node, { ...context, unit: source.unit }, steps + 1);
  return known === undefined || 'fileNamed' in known ? { fileNamed: path } : known;
}

/** Not one with values in it, whose name is known at run time only. */
function literal({ text }: SyntaxNode): SizeFactor | undefined {
  const [, name] = /^[rb]?(?:'([^'{}\\$]*)'|"([^"{}\\$]*)")$/.exec(text)?.filter(Boolean) ?? [];
  return name === undefined ? undefined : { file: name };
}
