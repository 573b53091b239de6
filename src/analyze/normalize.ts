import type { Language } from '#model/execution.ts';
import { specOf } from './languages/registry.ts';
import { loadGrammar } from './syntax/grammar.ts';
import { Deadline } from './deadline.ts';

const DEADLINE_MS = 2000;
const LITERAL =
  /^(integer|float|number|string|string_fragment|string_content|template_string|regex|char_literal|character_literal|.*_literal)$/;

/**
 * The tokens of a source without comments and layout; literals become their kind, local names their
 * order of first appearance. Two copies that differ in these only give the same text.
 * Where the language is not read, lines without surrounding blanks stand in for tokens.
 */
export async function normalizedTokens(source: string, language: Language): Promise<string> {
  const spec = specOf(language);
  if (spec === undefined) return plainTokens(source);
  const { parser } = await loadGrammar(spec, undefined);
  const deadline = new Deadline(DEADLINE_MS);
  const tree = parser.parse(source, null, { progressCallback: () => deadline.look() });
  if (tree === null) {
    parser.reset();
    return plainTokens(source);
  }
  const cursor = tree.walk();
  const tokens: string[] = [];
  const names = new Map<string, string>();
  const declared = localNames(source, spec.language);
  for (;;) {
    const type = cursor.nodeType;
    const kind =
      type === 'comment' || type.endsWith('_comment')
        ? 'skip'
        : LITERAL.test(type)
          ? 'literal'
          : 'descend';
    if (kind === 'literal') tokens.push(`<${type}>`);
    if (kind === 'descend' && cursor.gotoFirstChild()) continue;
    if (kind === 'descend')
      tokens.push(
        tokenOf(
          type,
          cursor.nodeIsNamed ? source.slice(cursor.startIndex, cursor.endIndex) : type,
          names,
          declared,
        ),
      );
    while (!cursor.gotoNextSibling()) {
      if (cursor.gotoParent()) continue;
      cursor.delete();
      tree.delete();
      return tokens.join(' ');
    }
  }
}

function tokenOf(
  type: string,
  text: string,
  names: Map<string, string>,
  declared: ReadonlySet<string>,
): string {
  if (type !== 'identifier' || !declared.has(text)) return text;
  const known = names.get(text);
  if (known !== undefined) return known;
  const alias = `$${names.size}`;
  names.set(text, alias);
  return alias;
}

/** Names that the source itself gives a value; names of libraries keep their meaning. */
function localNames(source: string, language: Language): ReadonlySet<string> {
  const names = new Set<string>();
  const pattern =
    language === 'python'
      ? /(?:\bfor\s+|^[ \t]*|,\s*|\()([A-Za-z_]\w*)(?=\s*(?:=(?!=)|\+=|,|\bin\b))/gm
      : /\b(?:const|let|var)\s+([A-Za-z_$][\w$]*)|\b([A-Za-z_$][\w$]{0,100})\s*(?:=(?!=)|\+=)/g;
  for (const [, first, second] of source.matchAll(pattern)) names.add((first ?? second)!);
  return names;
}

function plainTokens(source: string): string {
  return source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');
}
