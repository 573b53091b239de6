import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';

async function recursive(source: string, language: Language) {
  const { functions } = await analyze({ source, language });
  return functions.find(({ recursion }) => recursion !== 'none');
}

test.each<[string, Language, string]>([
  [
    'ruby ||=',
    'ruby',
    'def fib(n, memo = {})\n  return n if n < 2\n  memo[n] ||= fib(n - 1, memo) + fib(n - 2, memo)\nend\n',
  ],
  [
    'ruby @memo',
    'ruby',
    'class F\n  def initialize\n    @memo = {}\n  end\n  def fib(n)\n    return n if n < 2\n    @memo[n] ||= fib(n - 1) + fib(n - 2)\n  end\nend\n',
  ],
  [
    'ruby key?',
    'ruby',
    '$memo = {}\ndef fib(n)\n  return n if n < 2\n  return $memo[n] if $memo.key?(n)\n  $memo[n] = fib(n - 1) + fib(n - 2)\nend\n',
  ],
  [
    'ruby Hash.new',
    'ruby',
    'def fib(n, memo)\n  return n if n < 2\n  return memo[n] unless memo[n].nil?\n  memo[n] = fib(n - 1, memo) + fib(n - 2, memo)\n  memo[n]\nend\n',
  ],
  [
    'ruby fetch',
    'ruby',
    'def fib(n, memo)\n  memo.fetch(n) { memo[n] = fib(n - 1, memo) + fib(n - 2, memo) }\nend\n',
  ],
  [
    'php static',
    'php',
    '<?php\nfunction fib($n) {\n  static $memo = [];\n  if ($n < 2) return $n;\n  if (isset($memo[$n])) return $memo[$n];\n  return $memo[$n] = fib($n - 1) + fib($n - 2);\n}\n',
  ],
  [
    'php ??=',
    'php',
    '<?php\nfunction fib($n) {\n  static $memo = [];\n  if ($n < 2) return $n;\n  return $memo[$n] ??= fib($n - 1) + fib($n - 2);\n}\n',
  ],
  [
    'php array_key_exists',
    'php',
    '<?php\nfunction fib(int $n, array &$memo): int {\n  if ($n < 2) return $n;\n  if (array_key_exists($n, $memo)) { return $memo[$n]; }\n  $memo[$n] = fib($n - 1, $memo) + fib($n - 2, $memo);\n  return $memo[$n];\n}\n',
  ],
  [
    'php $this->memo',
    'php',
    '<?php\nclass F { private $memo = [];\n function fib($n) {\n  if ($n < 2) return $n;\n  if (!isset($this->memo[$n])) { $this->memo[$n] = $this->fib($n - 1) + $this->fib($n - 2); }\n  return $this->memo[$n];\n} }\n',
  ],
  [
    'js Map',
    'javascript',
    'const memo = new Map();\nfunction fib(n) {\n  if (n < 2) return n;\n  if (memo.has(n)) return memo.get(n);\n  const v = fib(n - 1) + fib(n - 2);\n  memo.set(n, v);\n  return v;\n}\n',
  ],
  [
    'js Map negated',
    'javascript',
    'const memo = new Map();\nfunction fib(n) {\n  if (n < 2) return n;\n  if (!memo.has(n)) memo.set(n, fib(n - 1) + fib(n - 2));\n  return memo.get(n);\n}\n',
  ],
  [
    'js object ??=',
    'javascript',
    'const memo = {};\nfunction fib(n) {\n  if (n < 2) return n;\n  return (memo[n] ??= fib(n - 1) + fib(n - 2));\n}\n',
  ],
  [
    'js object in',
    'javascript',
    'const memo = {};\nfunction fib(n) {\n  if (n in memo) return memo[n];\n  return memo[n] = fib(n - 1) + fib(n - 2);\n}\n',
  ],
  [
    'js $memo',
    'javascript',
    'const $memo = {};\nfunction fib(n) {\n  if ($memo[n] !== undefined) return $memo[n];\n  return $memo[n] = fib(n - 1) + fib(n - 2);\n}\n',
  ],
  [
    'js #memo',
    'javascript',
    'class F { #memo = new Map(); fib(n) {\n  const known = this.#memo.get(n);\n if (known !== undefined) return known;\n const v = this.fib(n - 1) + this.fib(n - 2); this.#memo.set(n, v);\n return v; } }\n',
  ],
  [
    'js || ',
    'javascript',
    'const memo = {};\nfunction fib(n) {\n  return memo[n] || (memo[n] = n < 2 ? n : fib(n - 1) + fib(n - 2));\n}\n',
  ],
  [
    'js key',
    'javascript',
    'const cache = new Map();\nconst grid = (r, c) => {\n  if (r === 0 || c === 0) return 1;\n  const key = `${r},${c}`;\n  if (cache.has(key)) return cache.get(key);\n  const ways = grid(r - 1, c) + grid(r, c - 1);\n  cache.set(key, ways);\n  return ways;\n};\n',
  ],
  [
    'js closure',
    'javascript',
    'function climb(n) {\n  const memo = new Map();\n  function go(k) {\n    if (k < 2) return 1;\n    if (memo.has(k)) return memo.get(k);\n    const v = go(k - 1) + go(k - 2);\n    memo.set(k, v);\n    return v;\n  }\n  return go(n);\n}\n',
  ],
  [
    'js memoize()',
    'javascript',
    'import memoize from "lodash/memoize";\nconst fib = memoize((n) => n < 2 ? n : fib(n - 1) + fib(n - 2));\n',
  ],
  [
    'ts Map',
    'typescript',
    'const memo: Map<number, number> = new Map();\nfunction fib(n: number): number {\n  const known = memo.get(n);\n  if (known !== undefined) return known;\n  const v = fib(n - 1) + fib(n - 2);\n  memo.set(n, v);\n  return v;\n}\n',
  ],
  [
    'ts !',
    'typescript',
    'function fib(n: number, memo: Record<number, number> = {}): number {\n  if (memo[n]) return memo[n]!;\n  memo[n] = fib(n - 1, memo) + fib(n - 2, memo);\n  return memo[n]!;\n}\n',
  ],
  [
    'go ok',
    'go',
    'package m\nvar memo = map[int]int{}\nfunc fib(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\tif v, ok := memo[n]; ok {\n\t\treturn v\n\t}\n\tmemo[n] = fib(n-1) + fib(n-2)\n\treturn memo[n]\n}\n',
  ],
  [
    'go exists',
    'go',
    'package m\nfunc fib(n int, memo map[int]int) int {\n\tv, exists := memo[n]\n\tif exists {\n\t\treturn v\n\t}\n\tr := fib(n-1, memo) + fib(n-2, memo)\n\tmemo[n] = r\n\treturn r\n}\n',
  ],
  [
    'go -1',
    'go',
    'package m\nfunc fib(n int, memo []int) int {\n\tif memo[n] != -1 {\n\t\treturn memo[n]\n\t}\n\tmemo[n] = fib(n-1, memo) + fib(n-2, memo)\n\treturn memo[n]\n}\n',
  ],
  [
    'go struct',
    'go',
    'package m\nfunc (s *Solver) ways(n int) int {\n\tif v, ok := s.memo[n]; ok { return v }\n\tres := s.ways(n-1) + s.ways(n-2)\n\ts.memo[n] = res\n\treturn res\n}\n',
  ],
  [
    'java containsKey',
    'java',
    'class A { Map<Integer, Long> memo = new HashMap<>(); long fib(int n) { if (n < 2) return n; if (memo.containsKey(n)) return memo.get(n); long v = fib(n - 1) + fib(n - 2); memo.put(n, v); return v; } }',
  ],
  [
    'java get null',
    'java',
    'class A { Map<Integer, Long> memo = new HashMap<>(); long fib(int n) { if (n < 2) return n; Long known = memo.get(n); if (known != null) return known; long v = fib(n - 1) + fib(n - 2); memo.put(n, v); return v; } }',
  ],
  [
    'java array',
    'java',
    'class A { long[] memo = new long[100]; long fib(int n) { if (n < 2) return n; if (memo[n] != 0) return memo[n]; return memo[n] = fib(n - 1) + fib(n - 2); } }',
  ],
  [
    'java this',
    'java',
    'class A { long fib(int n) { if (n < 2) return n; if (this.memo[n] == 0) { this.memo[n] = fib(n - 1) + fib(n - 2); } return this.memo[n]; } }',
  ],
  [
    'java 2d',
    'java',
    'class A { static int ways(int r, int c, int[][] dp) { if (r == 0) return 1; if (dp[r][c] != -1) return dp[r][c]; dp[r][c] = ways(r - 1, c, dp) + ways(r, c - 1, dp); return dp[r][c]; } }',
  ],
  [
    'csharp TryGetValue',
    'csharp',
    'class A { Dictionary<int, long> memo = new(); long Fib(int n) { if (n < 2) return n; if (memo.TryGetValue(n, out var known)) return known; var v = Fib(n - 1) + Fib(n - 2); memo[n] = v; return v; } }',
  ],
  [
    'csharp ContainsKey',
    'csharp',
    'class A { static Dictionary<int, long> _memo = new(); static long Fib(int n) { if (n < 2) return n; if (_memo.ContainsKey(n)) return _memo[n]; _memo[n] = Fib(n - 1) + Fib(n - 2); return _memo[n]; } }',
  ],
  [
    'csharp Add',
    'csharp',
    'class A { static Dictionary<int, long> _memo = new(); static long Fib(int n) { if (n < 2) return n; if (!_memo.ContainsKey(n)) _memo.Add(n, Fib(n - 1) + Fib(n - 2)); return _memo[n]; } }',
  ],
  [
    'rust if let',
    'rust',
    'fn fib(n: u64, memo: &mut HashMap<u64, u64>) -> u64 {\n    if n < 2 { return n; }\n    if let Some(&v) = memo.get(&n) { return v; }\n    let v = fib(n - 1, memo) + fib(n - 2, memo);\n    memo.insert(n, v);\n    v\n}\n',
  ],
  [
    'rust contains_key',
    'rust',
    'fn fib(n: u64, memo: &mut HashMap<u64, u64>) -> u64 {\n    if n < 2 { return n; }\n    if memo.contains_key(&n) { return memo[&n]; }\n    let v = fib(n - 1, memo) + fib(n - 2, memo);\n    memo.insert(n, v);\n    v\n}\n',
  ],
  [
    'rust match',
    'rust',
    'fn fib(n: u64, memo: &mut HashMap<u64, u64>) -> u64 {\n    match memo.get(&n) {\n        Some(v) => *v,\n        None => {\n            let v = fib(n - 1, memo) + fib(n - 2, memo);\n            memo.insert(n, v);\n            v\n        }\n    }\n}\n',
  ],
  [
    'rust Vec',
    'rust',
    'fn fib(n: usize, memo: &mut Vec<i64>) -> i64 {\n    if n < 2 { return n as i64; }\n    if memo[n] != -1 { return memo[n]; }\n    memo[n] = fib(n - 1, memo) + fib(n - 2, memo);\n    memo[n]\n}\n',
  ],
  [
    'rust Option',
    'rust',
    'fn fib(n: usize, memo: &mut [Option<u64>]) -> u64 {\n    if let Some(v) = memo[n] { return v; }\n    let v = fib(n - 1, memo) + fib(n - 2, memo);\n    memo[n] = Some(v);\n    v\n}\n',
  ],
  [
    'bash assoc',
    'shell',
    'declare -A memo\nfib() {\n  local n=$1\n  if (( n < 2 )); then echo $n; return; fi\n  if [[ -n ${memo[$n]} ]]; then result=${memo[$n]}; return; fi\n  fib $((n - 1)); local a=$result\n  fib $((n - 2)); local b=$result\n  memo[$n]=$((a + b))\n  result=${memo[$n]}\n}\n',
  ],
  [
    'bash -v',
    'shell',
    'declare -A memo\nfib() {\n  local n=$1\n  if [[ -v memo[$n] ]]; then result=${memo[$n]}; return; fi\n  fib $((n - 1)); local a=$result\n  fib $((n - 2)); local b=$result\n  memo[$n]=$((a + b))\n  result=${memo[$n]}\n}\n',
  ],
  [
    'bash :-',
    'shell',
    'declare -A memo\nfib() {\n  local n=$1\n  if [ -n "${memo[$n]:-}" ]; then result=${memo[$n]}; return; fi\n  fib $((n - 1)); local a=$result\n  fib $((n - 2)); local b=$result\n  memo["$n"]=$((a + b))\n  result=${memo[$n]}\n}\n',
  ],
  [
    'cpp find',
    'cpp',
    'std::unordered_map<int, long> memo;\nlong fib(int n) { if (n < 2) return n; auto it = memo.find(n); if (it != memo.end()) return it->second; long v = fib(n - 1) + fib(n - 2); memo[n] = v; return v; }\n',
  ],
  [
    'cpp count',
    'cpp',
    'std::map<int, long> memo;\nlong fib(int n) { if (n < 2) return n; if (memo.count(n)) return memo[n]; return memo[n] = fib(n - 1) + fib(n - 2); }\n',
  ],
  [
    'cpp ref',
    'cpp',
    'long dp[100][100];\nlong go(int i, int j) { if (i < 0) return 0; long &res = dp[i][j]; if (res != -1) return res; return res = go(i - 1, j) + go(i, j - 1); }\n',
  ],
  [
    'c static',
    'c',
    'long fib(int n) { static long memo[100]; if (n < 2) return n; if (memo[n]) return memo[n]; return memo[n] = fib(n - 1) + fib(n - 2); }\n',
  ],
  [
    'python dict',
    'python',
    'memo = {}\ndef fib(n):\n    if n in memo:\n        return memo[n]\n    memo[n] = fib(n - 1) + fib(n - 2)\n    return memo[n]\n',
  ],
  [
    'python try',
    'python',
    'def fib(n, memo={}):\n    try:\n        return memo[n]\n    except KeyError:\n        memo[n] = fib(n - 1) + fib(n - 2)\n        return memo[n]\n',
  ],
  [
    'python setdefault',
    'python',
    'def fib(n, memo={}):\n    if n not in memo:\n        memo[n] = fib(n - 1) + fib(n - 2)\n    return memo[n]\n',
  ],
  [
    'python self',
    'python',
    'class S:\n    def ways(self, n):\n        if n in self._memo:\n            return self._memo[n]\n        result = self.ways(n - 1) + self.ways(n - 2)\n        self._memo[n] = result\n        return result\n',
  ],
  [
    'python get',
    'python',
    'def fib(n, memo):\n    known = memo.get(n)\n    if known is None:\n        known = memo[n] = fib(n - 1, memo) + fib(n - 2, memo)\n    return known\n',
  ],
])('a table of results is asked first: %s', async (_, language, source) => {
  const found = await recursive(source, language);
  expect(found?.recurrence?.memoised).toBe(true);
  expect(found?.class).not.toBe('exponential');
});

test.each<[string, Language, string]>([
  [
    'ruby no memo',
    'ruby',
    'def ways(a, n)\n  return 1 if n.zero?\n  a[n] = 3\n  ways(a, n - 1) + ways(a, n - 2)\nend\n',
  ],
  [
    'js counts',
    'javascript',
    'function count(n, seen) { seen[n] = n; return count(n - 1, seen) + count(n - 2, seen); }',
  ],
  [
    'python counts',
    'python',
    'def f(n, calls):\n    calls[n] += 1\n    return f(n - 1, calls) + f(n - 2, calls)\n',
  ],
  [
    'php counts',
    'php',
    '<?php\nfunction f($n) { static $calls = []; $calls[$n] = 1; return f($n - 1) + f($n - 2); }\n',
  ],
  [
    'go counts',
    'go',
    'package m\nfunc f(n int, calls map[int]int) int {\n\tcalls[n]++\n\treturn f(n-1, calls) + f(n-2, calls)\n}\n',
  ],
  [
    'js backtracking',
    'javascript',
    'function put(row, used, n) { if (row === n) return 1; let ways = 0; for (let c = 0; c < n; c++) { if (used[c]) continue; used[c] = true; ways += put(row + 1, used, n); used[c] = false; } return ways; }',
  ],
  [
    'php backtracking',
    'php',
    '<?php\nfunction put($row, &$used, $n) { if ($row == $n) return 1; $ways = 0; for ($c = 0; $c < $n; $c++) { if ($used[$c]) continue; $used[$c] = true; $ways += put($row + 1, $used, $n); $used[$c] = false; } return $ways; }\n',
  ],
  [
    'rust backtracking',
    'rust',
    'fn put(row: usize, used: &mut HashSet<usize>, n: usize) -> u64 { if row == n { return 1; } let mut ways = 0; for c in 0..n { if used.contains(&c) { continue; } used.insert(c); ways += put(row + 1, used, n); used.remove(&c); } ways }\n',
  ],
  [
    'bash',
    'shell',
    'fib() {\n  local n=$1\n  if (( n < 2 )); then result=$n; return; fi\n  fib $((n - 1)); local a=$result\n  fib $((n - 2)); local b=$result\n  result=$((a + b))\n}\n',
  ],
])(
  'what only counts or takes its marks back remembers nothing: %s',
  async (_, language, source) => {
    const found = await recursive(source, language);
    expect(found?.recurrence?.memoised).toBe(false);
    expect(found?.class).toBe('exponential');
  },
);
