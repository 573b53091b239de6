import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Unit } from '#analyze/features/survey.ts';

/** Authors name what they do: the field's own words for ways of working. */
const WORDS: Readonly<Record<string, RegExp>> = {
  wordTable: /^(dp|memo|f|cache|table|opt|best)\d?$/i,
  wordSearch: /^(lo|hi|low|high|mid|middle|left|right|l|r|m|lb|ub|bs|binary_?search)$/i,
  wordGraph:
    /^(adj|g|graph|edges?|tree|nodes?|vis|visited|seen|used|parent|par|dfs|bfs|queue|q|children|depth|root)$/i,
  wordMask: /^(mask|masks|bit|bits|sub|subset|state|submask)$/i,
  wordGrid: /^(grid|matrix|mat|board|row|col|rows|cols|dx|dy|cells?)$/i,
  wordNumber: /^(prime|primes|sieve|factors?|fact|inv|gcd|mod|MOD|divisors?)$/i,
  wordPrefix: /^(pre|prefix|pref|suf|suffix|sums?|cum\w*|acc)$/i,
  wordText: /^(s|t|str|string|word|words|text|ch|char)$/i,
  wordPair: /^(i|j)$/,
  wordThird: /^k$/,
  wordCount: /^(cnt|count|counter|freq|ans|res|total)$/i,
  wordStructure:
    /^(bit|fenwick|seg|segtree|segment\w*|update|query|dsu|find|union|heap|pq|stack|st)$/i,
};

/** Share of all names that are such a word, and how many there are. */
export function wordEvidence(units: readonly Unit[]): Record<string, number> {
  const counts = new Map<string, number>();
  let total = 0;
  const visit = (node: SyntaxNode): void => {
    if (node.role === 'name') {
      total += 1;
      counts.set(node.text, (counts.get(node.text) ?? 0) + 1);
    }
    for (const child of node.children) if (child.role !== 'function') visit(child);
  };
  for (const unit of units) visit(unit.node);
  const evidence: Record<string, number> = {};
  for (const [word, pattern] of Object.entries(WORDS)) {
    let found = 0;
    for (const [name, count] of counts) if (pattern.test(name)) found += count;
    evidence[word] = total === 0 ? 0 : found / total;
  }
  evidence['distinctNames'] = counts.size;
  return evidence;
}
