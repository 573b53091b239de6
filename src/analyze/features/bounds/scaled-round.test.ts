import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';

const classOf = async (language: Language, source: string) =>
  (await analyze({ source, language })).functions[0]?.class;

test.each<[Language, string]>([
  [
    'python',
    'def f(a, x):\n    lo, hi = 0, len(a) - 1\n    while lo <= hi:\n        mid = (lo + hi) // 2\n        if a[mid] == x:\n            return mid\n        if a[mid] < x:\n            lo = mid + 1\n        else:\n            hi = mid - 1\n    return -1\n',
  ],
  [
    'javascript',
    'function f(a, x) { let lo = 0, hi = a.length - 1; while (lo <= hi) { const mid = (lo + hi) >> 1; if (a[mid] === x) return mid; if (a[mid] < x) lo = mid + 1; else hi = mid - 1; } return -1; }',
  ],
  [
    'javascript',
    'function f(a, x) { let lo = 0, hi = a.length; while (lo < hi) { const m = Math.floor((lo + hi) / 2); if (a[m] < x) lo = m + 1; else hi = m; } return lo; }',
  ],
  [
    'typescript',
    'function f(a: number[], x: number): number { let lo = 0; let hi = a.length - 1; while (lo <= hi) { const mid = lo + Math.floor((hi - lo) / 2); if (a[mid]! < x) lo = mid + 1; else hi = mid - 1; } return lo; }',
  ],
  [
    'java',
    'class A { int f(int[] a, int x) { int lo = 0, hi = a.length - 1; while (lo <= hi) { int mid = lo + (hi - lo) / 2; if (a[mid] == x) return mid; if (a[mid] < x) lo = mid + 1; else hi = mid - 1; } return -1; } }',
  ],
  [
    'java',
    'class A { int f(int[] a, int x) { int lo = 0, hi = a.length - 1; while (lo <= hi) { int mid = (lo + hi) >>> 1; if (a[mid] < x) lo = mid + 1; else hi = mid - 1; } return -1; } }',
  ],
  [
    'go',
    'package m\nfunc f(a []int, x int) int {\n\tlo, hi := 0, len(a)-1\n\tfor lo <= hi {\n\t\tmid := lo + (hi-lo)/2\n\t\tif a[mid] < x {\n\t\t\tlo = mid + 1\n\t\t} else {\n\t\t\thi = mid - 1\n\t\t}\n\t}\n\treturn lo\n}\n',
  ],
  [
    'go',
    'package m\nfunc f(a []int, x int) int {\n\ti, j := 0, len(a)\n\tfor i < j {\n\t\th := int(uint(i+j) >> 1)\n\t\tif a[h] < x {\n\t\t\ti = h + 1\n\t\t} else {\n\t\t\tj = h\n\t\t}\n\t}\n\treturn i\n}\n',
  ],
  [
    'c',
    'int f(int *a, int n, int x) { int lo = 0, hi = n - 1; while (lo <= hi) { int mid = (lo + hi) / 2; if (a[mid] == x) return mid; if (a[mid] < x) lo = mid + 1; else hi = mid - 1; } return -1; }',
  ],
  [
    'cpp',
    'int f(const std::vector<int>& a, int x) { size_t lo = 0, hi = a.size(); while (lo < hi) { auto mid = lo + (hi - lo) / 2; if (a[mid] < x) lo = mid + 1; else hi = mid; } return lo; }',
  ],
  [
    'rust',
    'fn f(a: &[i32], x: i32) -> usize { let mut lo = 0; let mut hi = a.len(); while lo < hi { let mid = lo + (hi - lo) / 2; if a[mid] < x { lo = mid + 1; } else { hi = mid; } } lo }',
  ],
  [
    'rust',
    'fn f(a: &[i32], x: i32) -> Option<usize> { let (mut lo, mut hi) = (0, a.len()); while lo < hi { let mid = (lo + hi) / 2; match a[mid].cmp(&x) { Ordering::Less => lo = mid + 1, Ordering::Greater => hi = mid, Ordering::Equal => return Some(mid) } } None }',
  ],
  [
    'ruby',
    'def f(a, x)\n  lo, hi = 0, a.length - 1\n  while lo <= hi\n    mid = (lo + hi) / 2\n    return mid if a[mid] == x\n    if a[mid] < x\n      lo = mid + 1\n    else\n      hi = mid - 1\n    end\n  end\n  nil\nend\n',
  ],
  [
    'ruby',
    'def f(a, x)\n  lo = 0\n  hi = a.size\n  until lo >= hi\n    mid = (lo + hi) / 2\n    if a[mid] < x then lo = mid + 1 else hi = mid end\n  end\n  lo\nend\n',
  ],
  [
    'php',
    '<?php function f($a, $x) { $lo = 0; $hi = count($a) - 1; while ($lo <= $hi) { $mid = intdiv($lo + $hi, 2); if ($a[$mid] == $x) return $mid; if ($a[$mid] < $x) $lo = $mid + 1; else $hi = $mid - 1; } return -1; }',
  ],
  [
    'php',
    '<?php function f($a, $x) { $lo = 0; $hi = count($a) - 1; while ($lo <= $hi) { $mid = (int) floor(($lo + $hi) / 2); if ($a[$mid] < $x) { $lo = $mid + 1; } else { $hi = $mid - 1; } } return -1; }',
  ],
  [
    'php',
    '<?php function f($a, $x) { $lo = 0; $hi = count($a) - 1; while ($lo <= $hi) { $mid = ($lo + $hi) >> 1; if ($a[$mid] < $x) { $lo = $mid + 1; } else { $hi = $mid - 1; } } return -1; }',
  ],
  [
    'csharp',
    'class A { int F(int[] a, int x) { int lo = 0, hi = a.Length - 1; while (lo <= hi) { int mid = lo + (hi - lo) / 2; if (a[mid] == x) return mid; if (a[mid] < x) lo = mid + 1; else hi = mid - 1; } return -1; } }',
  ],
  [
    'shell',
    'f() {\n  local lo=0 hi=$1 x=$2\n  while [ $lo -le $hi ]; do\n    mid=$(( (lo + hi) / 2 ))\n    if [ ${a[$mid]} -lt $x ]; then lo=$((mid + 1)); else hi=$((mid - 1)); fi\n  done\n}\n',
  ],
  [
    'shell',
    'f() {\n  local lo=0 hi=$1 x=$2 mid\n  while (( lo <= hi )); do\n    (( mid = (lo + hi) / 2 ))\n    if (( a[mid] < x )); then (( lo = mid + 1 )); else (( hi = mid - 1 )); fi\n  done\n}\n',
  ],
])('%s: a binary search halves each time: %j', async (language, source) => {
  expect(await classOf(language, source)).toBe('logn');
});

test.each<[Language, string]>([
  ['python', 'def f(n):\n    i = 1\n    while i < n:\n        i *= 2\n    return i\n'],
  ['python', 'def f(n):\n    while n:\n        n >>= 1\n'],
  ['python', 'def f(n):\n    while n > 0:\n        n, r = divmod(n, 10)\n'],
  ['javascript', 'function f(n) { for (let i = 1; i < n; i *= 2) g(i); }'],
  ['javascript', 'function f(n) { while (n > 0) { n = Math.floor(n / 10); } }'],
  ['javascript', 'function f(n) { while (n > 0) { n = Math.trunc(n / 2); } }'],
  ['javascript', 'function f(n) { for (let i = n; i > 0; i >>>= 1) g(i); }'],
  ['typescript', 'function f(n: number): void { let i = 1; while (i < n) { i <<= 1; } }'],
  ['java', 'class A { void f(int n) { for (int i = 1; i < n; i *= 2) g(i); } }'],
  ['java', 'class A { void f(int n) { while (n > 0) { n /= 10; } } }'],
  ['java', 'class A { void f(int n) { for (int i = n; i > 0; i = i / 2) g(i); } }'],
  ['go', 'package m\nfunc f(n int) { for i := 1; i < n; i *= 2 { g(i) } }\n'],
  ['go', 'package m\nfunc f(n int) { for n > 0 { n /= 2 } }\n'],
  ['go', 'package m\nfunc f(n int) { for i := 1; i < n; i <<= 1 { g(i) } }\n'],
  ['c', 'void f(int n) { for (int i = 1; i < n; i <<= 1) g(i); }'],
  ['c', 'int f(unsigned n) { int c = 0; while (n) { n >>= 1; c++; } return c; }'],
  ['cpp', 'void f(int n) { for (int i = 1; i < n; i *= 2) g(i); }'],
  ['rust', 'fn f(n: u64) { let mut i = 1; while i < n { i *= 2; } }'],
  ['rust', 'fn f(mut n: u64) { while n > 0 { n /= 10; } }'],
  ['rust', 'fn f(mut n: u64) { loop { if n == 0 { break; } n >>= 1; } }'],
  ['ruby', 'def f(n)\n  i = 1\n  while i < n\n    i *= 2\n  end\nend\n'],
  ['ruby', 'def f(n)\n  until n.zero?\n    n /= 2\n  end\nend\n'],
  ['ruby', 'def f(n)\n  n >>= 1 while n > 0\nend\n'],
  ['php', '<?php function f($n) { for ($i = 1; $i < $n; $i *= 2) g($i); }'],
  ['php', '<?php function f($n) { while ($n > 0) { $n = intdiv($n, 2); } }'],
  ['php', '<?php function f($n) { while ($n > 0) { $n = (int) ($n / 10); } }'],
  ['csharp', 'class A { void F(int n) { for (int i = 1; i < n; i *= 2) G(i); } }'],
  ['csharp', 'class A { void F(int n) { while (n > 0) { n /= 10; } } }'],
  ['shell', 'f() {\n  n=$1\n  i=1\n  while [ $i -lt $n ]; do\n    i=$((i * 2))\n  done\n}\n'],
  ['shell', 'f() {\n  n=$1\n  while (( n > 0 )); do\n    (( n /= 2 ))\n  done\n}\n'],
  ['shell', 'f() {\n  n=$1\n  for ((i = 1; i < n; i *= 2)); do g $i; done\n}\n'],
  ['shell', 'f() {\n  n=$1\n  while [[ $n -gt 0 ]]; do\n    let n/=2\n  done\n}\n'],
])('%s: doubling and halving takes log n rounds: %j', async (language, source) => {
  expect(await classOf(language, source)).toBe('logn');
});

test.each<[Language, string]>([
  [
    'python',
    'def down(heap, pos, n):\n    child = 2 * pos + 1\n    while child < n:\n        right = child + 1\n        if right < n and heap[right] < heap[child]:\n            child = right\n        if heap[pos] <= heap[child]:\n            break\n        heap[pos], heap[child] = heap[child], heap[pos]\n        pos = child\n        child = 2 * pos + 1\n',
  ],
  [
    'python',
    'def _siftdown(heap, startpos, pos):\n    newitem = heap[pos]\n    while pos > startpos:\n        parentpos = (pos - 1) >> 1\n        parent = heap[parentpos]\n        if newitem < parent:\n            heap[pos] = parent\n            pos = parentpos\n            continue\n        break\n    heap[pos] = newitem\n',
  ],
  [
    'python',
    'def _siftup(heap, pos):\n    endpos = len(heap)\n    startpos = pos\n    newitem = heap[pos]\n    childpos = 2*pos + 1\n    while childpos < endpos:\n        rightpos = childpos + 1\n        if rightpos < endpos and not heap[childpos] < heap[rightpos]:\n            childpos = rightpos\n        heap[pos] = heap[childpos]\n        pos = childpos\n        childpos = 2*pos + 1\n    heap[pos] = newitem\n',
  ],
  [
    'python',
    'def heapify(a, n, i):\n    while True:\n        largest = i\n        left = 2 * i + 1\n        right = 2 * i + 2\n        if left < n and a[left] > a[largest]:\n            largest = left\n        if right < n and a[right] > a[largest]:\n            largest = right\n        if largest == i:\n            return\n        a[i], a[largest] = a[largest], a[i]\n        i = largest\n',
  ],
  [
    'python',
    'def heapify(a, n, i):\n    largest = i\n    left = 2 * i + 1\n    right = 2 * i + 2\n    if left < n and a[left] > a[largest]:\n        largest = left\n    if right < n and a[right] > a[largest]:\n        largest = right\n    if largest != i:\n        a[i], a[largest] = a[largest], a[i]\n        heapify(a, n, largest)\n',
  ],
  [
    'javascript',
    'class H { up(i) { while (i > 0) { const p = (i - 1) >> 1; if (this.a[p] <= this.a[i]) break; [this.a[p], this.a[i]] = [this.a[i], this.a[p]]; i = p; } } }',
  ],
  [
    'javascript',
    'class H { up(i) { while (i > 0) { const p = Math.floor((i - 1) / 2); if (this.a[p] <= this.a[i]) break; swap(this.a, p, i); i = p; } } }',
  ],
  [
    'javascript',
    'class H { down(i) { const n = this.a.length; while (true) { let s = i; const l = 2 * i + 1, r = 2 * i + 2; if (l < n && this.a[l] < this.a[s]) s = l; if (r < n && this.a[r] < this.a[s]) s = r; if (s === i) break; swap(this.a, s, i); i = s; } } }',
  ],
  [
    'typescript',
    'class H { private down(i: number): void { const n = this.a.length; for (;;) { let s = i; const l = i * 2 + 1; const r = l + 1; if (l < n && this.a[l]! < this.a[s]!) s = l; if (r < n && this.a[r]! < this.a[s]!) s = r; if (s === i) return; swap(this.a, s, i); i = s; } } }',
  ],
  [
    'java',
    'class A { void siftDown(int k) { int half = size >>> 1; while (k < half) { int child = (k << 1) + 1; int right = child + 1; if (right < size && q[child] > q[right]) child = right; if (x <= q[child]) break; q[k] = q[child]; k = child; } } }',
  ],
  [
    'java',
    'class A { void swim(int k) { while (k > 1 && less(k / 2, k)) { exch(k, k / 2); k = k / 2; } } }',
  ],
  [
    'java',
    'class A { void sink(int k) { while (2 * k <= n) { int j = 2 * k; if (j < n && less(j, j + 1)) j++; if (!less(k, j)) break; exch(k, j); k = j; } } }',
  ],
  [
    'go',
    'package m\nfunc up(h []int, j int) {\n\tfor {\n\t\ti := (j - 1) / 2\n\t\tif i == j || h[j] >= h[i] {\n\t\t\tbreak\n\t\t}\n\t\th[i], h[j] = h[j], h[i]\n\t\tj = i\n\t}\n}\n',
  ],
  [
    'go',
    'package m\nfunc down(h []int, i0, n int) bool {\n\ti := i0\n\tfor {\n\t\tj1 := 2*i + 1\n\t\tif j1 >= n || j1 < 0 {\n\t\t\tbreak\n\t\t}\n\t\tj := j1\n\t\tif j2 := j1 + 1; j2 < n && h[j2] < h[j1] {\n\t\t\tj = j2\n\t\t}\n\t\tif h[j] >= h[i] {\n\t\t\tbreak\n\t\t}\n\t\th[i], h[j] = h[j], h[i]\n\t\ti = j\n\t}\n\treturn i > i0\n}\n',
  ],
  [
    'c',
    'void down(int *h, int n, int i) { int c; while ((c = 2 * i + 1) < n) { if (c + 1 < n && h[c + 1] > h[c]) c++; if (h[i] >= h[c]) return; swap(&h[i], &h[c]); i = c; } }',
  ],
  [
    'c',
    'void up(int *h, int i) { while (i > 0 && h[(i - 1) / 2] < h[i]) { swap(&h[i], &h[(i - 1) / 2]); i = (i - 1) / 2; } }',
  ],
  [
    'cpp',
    'void down(std::vector<int>& h, int i) { int n = h.size(); while (2 * i + 1 < n) { int j = 2 * i + 1; if (j + 1 < n && h[j + 1] > h[j]) ++j; if (h[i] >= h[j]) break; std::swap(h[i], h[j]); i = j; } }',
  ],
  [
    'rust',
    'fn down(h: &mut Vec<i32>, mut i: usize) { let n = h.len(); loop { let mut c = 2 * i + 1; if c >= n { break; } if c + 1 < n && h[c + 1] > h[c] { c += 1; } if h[i] >= h[c] { break; } h.swap(i, c); i = c; } }',
  ],
  [
    'rust',
    'fn up(h: &mut Vec<i32>, mut i: usize) { while i > 0 { let p = (i - 1) / 2; if h[p] <= h[i] { break; } h.swap(p, i); i = p; } }',
  ],
  [
    'ruby',
    'def down(h, i)\n  n = h.size\n  loop do\n    c = 2 * i + 1\n    break if c >= n\n    c += 1 if c + 1 < n && h[c + 1] > h[c]\n    break if h[i] >= h[c]\n    h[i], h[c] = h[c], h[i]\n    i = c\n  end\nend\n',
  ],
  [
    'ruby',
    'def up(h, i)\n  while i > 0\n    p = (i - 1) / 2\n    break if h[p] <= h[i]\n    h[p], h[i] = h[i], h[p]\n    i = p\n  end\nend\n',
  ],
  [
    'php',
    '<?php function down(&$h, $i, $n) { while (true) { $c = 2 * $i + 1; if ($c >= $n) break; if ($c + 1 < $n && $h[$c + 1] > $h[$c]) $c++; if ($h[$i] >= $h[$c]) break; swap($h, $i, $c); $i = $c; } }',
  ],
  [
    'php',
    '<?php function up(&$h, $i) { while ($i > 0) { $p = intdiv($i - 1, 2); if ($h[$p] <= $h[$i]) break; swap($h, $p, $i); $i = $p; } }',
  ],
  [
    'csharp',
    'class A { void Down(int i) { while (true) { int l = 2 * i + 1, r = 2 * i + 2, s = i; if (l < n && h[l] < h[s]) s = l; if (r < n && h[r] < h[s]) s = r; if (s == i) break; Swap(s, i); i = s; } } }',
  ],
  [
    'csharp',
    'class A { void Up(int i) { while (i > 0) { int p = (i - 1) / 2; if (h[p] <= h[i]) break; Swap(p, i); i = p; } } }',
  ],
  [
    'shell',
    'up() {\n  local i=$1 p\n  while (( i > 0 )); do\n    p=$(( (i - 1) / 2 ))\n    if (( h[p] <= h[i] )); then break; fi\n    swap $p $i\n    i=$p\n  done\n}\n',
  ],
])('%s: a heap is gone through level by level: %j', async (language, source) => {
  expect(await classOf(language, source)).toBe('logn');
});

test('a sort by a heap that is written out by hand takes n log n', async () => {
  const sift =
    'def down(heap, pos, n):\n    child = 2 * pos + 1\n    while child < n:\n        pos = child\n        child = 2 * pos + 1\n';
  const source = `def sort(a):\n    n = len(a)\n    for end in range(n - 1, 0, -1):\n        down(a, 0, end)\n${sift}`;
  expect(await classOf('python', source)).toBe('nlogn');
});

test.each<[Language, string]>([
  [
    'python',
    'def f(a, n):\n    i = 0\n    while i < n:\n        j = 2 * i + 1\n        a[j] = 1\n        i += 1\n',
  ],
  ['python', 'def f(n):\n    i = 0\n    while i < n:\n        k = i // 2\n        i = i + 1\n'],
  [
    'java',
    'class A { void f(int n) { int i = 0; while (i < n) { int mid = i / 2; i = i + mid - mid + 1; } } }',
  ],
  [
    'python',
    'def f(a):\n    lo, hi = 0, len(a) - 1\n    while lo < hi:\n        mid = a[lo] // 2\n        if a[lo] < mid:\n            lo += 1\n        else:\n            hi -= 1\n',
  ],
  ['javascript', 'function f(n) { for (let i = 0; i < n; i++) { const p = (i - 1) >> 1; g(p); } }'],
  ['go', 'package m\nfunc f(node *Node) { for node != nil { node = node.next } }\n'],
])('%s: what is halved on the way decides nothing: %j', async (language, source) => {
  expect(await classOf(language, source)).toBe('linear');
});

test('a number that doubles while another counts down is no level', async () => {
  const source = 'def f(n, acc):\n    return acc if n == 0 else f(n - 1, acc * 2)\n';
  expect(await classOf('python', source)).toBe('linear');
});

test('both children of each place of a heap are all of it', async () => {
  const source =
    'def build(tree, n, v):\n    if v < n:\n        build(tree, n, 2 * v)\n        build(tree, n, 2 * v + 1)\n';
  expect(await classOf('python', source)).toBe('linear');
});
