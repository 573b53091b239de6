import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import typescript from 'highlight.js/lib/languages/typescript';

const GRAMMARS = { c, cpp, csharp, go, java, javascript, php, python, ruby, rust, typescript };
for (const [name, grammar] of Object.entries(GRAMMARS)) hljs.registerLanguage(name, grammar);
hljs.registerLanguage('shell', bash);

export const LANGUAGES = [
  'python',
  'javascript',
  'typescript',
  'shell',
  'ruby',
  'php',
  'go',
  'java',
  'c',
  'cpp',
  'csharp',
  'rust',
] as const;
export type CodeLanguage = (typeof LANGUAGES)[number];

/** Longer text is shown as it is: colours are not worth a page that stands still. */
const MOST_CHARACTERS = 100_000;

/** The code as HTML in which everything that is not the highlighter's own is escaped. */
export function highlighted(code: string, language: string): string {
  if (code.length > MOST_CHARACTERS || hljs.getLanguage(language) === undefined)
    return escaped(code);
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}

/** One piece of HTML per line: what spans lines is closed at the end of each and opened anew. */
export function highlightedLines(code: string, language: string): readonly string[] {
  const open: string[] = [];
  return highlighted(code, language)
    .split('\n')
    .map((line) => {
      const before = open.join('');
      for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g))
        if (tag === '</span>') open.pop();
        else open.push(tag);
      return before + line + '</span>'.repeat(open.length);
    });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
