import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';

test.each<[Language, string, string[]]>([
  ['php', '<?php file_get_contents("http://x/$u");', ['file_get_contents']],
  ['php', "<?php $u = 'https://x'; file($u);", ['file']],
  ['php', '<?php fopen("rows.csv", "r");', []],
  ['php', '<?php $c = curl_init($u); curl_exec($c);', ['curl_exec']],
  ['ruby', 'URI.open(u).read', ['URI.open']],
  ['ruby', 'Net::HTTP.get(URI(u))', ['Net.HTTP.get']],
  ['ruby', 'Net::HTTP.start(h) { |http| http.request(Net::HTTP::Get.new(u)) }', ['Net.HTTP.start']],
  ['c', 'void f() { CURL *c = curl_easy_init(); curl_easy_perform(c); }', ['curl_easy_perform']],
  [
    'java',
    'class A { void f() { HttpClient c = HttpClient.newHttpClient(); c.send(r, h); } }',
    ['c.send'],
  ],
])('%s: what leaves in %j is counted once', async (language, source, callees) => {
  const { externalCalls } = await analyze({ source, language });
  expect(externalCalls.map(({ callee }) => callee)).toEqual(callees);
});

test.each<[Language, string, string]>([
  [
    'php',
    '<?php function f($a, $x) { $lo = 0; $hi = count($a); while ($lo < $hi) { $mid = intdiv($lo + $hi, 2); if ($a[$mid] < $x) $lo = $mid + 1; else $hi = $mid; } }',
    'logn',
  ],
  ['php', '<?php function f($n) { while ($n > 1) $n = intdiv($n, 2); }', 'logn'],
  ['php', '<?php function half($n) { return $n < 2 ? 1 : 1 + half(intdiv($n, 2)); }', 'logn'],
  [
    'go',
    'package p\nfunc f(n int) { for i := 2; i < n; i++ { for j := i; j < n; j += i { g(j) } } }',
    'nlogn',
  ],
  [
    'go',
    'package p\nfunc f(n int) { for i := 2; i < n; i++ { for j := i; j < n; j += 2 { g(j) } } }',
    'quadratic',
  ],
  [
    'shell',
    'n=$1; for ((i = 2; i < n; i++)); do for ((j = i; j < n; j += i)); do s[j]=1; done; done',
    'nlogn',
  ],
  ['shell', 'n=$1; for ((i = 1; i < n; i *= 2)); do echo "$i"; done', 'logn'],
  ['ruby', '(2..n).each { |i| (i * 2).step(n, i) { |j| s[j] = 1 } }', 'nlogn'],
  ['ruby', '(2..n).each { |i| (i * 2).step(n, 2) { |j| s[j] = 1 } }', 'quadratic'],
  ['ruby', '(0...(1 << n)).each { |mask| g(mask) }', 'exponential'],
  ['ruby', '(1 << n).times { |mask| g(mask) }', 'exponential'],
  ['ruby', '(rows << row).each { |each| g(each) }', 'linear'],
  ['ruby', '(1..10).each { |i| rows.each { |row| g(row) } }', 'linear'],
  ['shell', 'for x in "$@"; do printf "%s\\n" "$@" | sort -n; done', 'quadratic'],
  ['rust', 'fn f(us: Vec<U>) { let fs: Vec<F> = us.iter().map(|u| g(u)).collect(); }', 'linear'],
  [
    'rust',
    'fn f(us: Vec<U>) { us.iter().map(|u| us.iter().map(|v| g(v)).collect()); }',
    'quadratic',
  ],
])('%s: %j takes %s', async (language, source, expected) => {
  expect((await analyze({ source, language })).class).toBe(expected);
});

const JAVA_FUTURES =
  'List<CompletableFuture<?>> all = new ArrayList<>(); for (URI u : us) all.add(client.sendAsync(u)); CompletableFuture.allOf(all).join();';

test.each<[Language, string, 'parallel' | 'one-by-one']>([
  ['java', `class A { HttpClient client; void f(List<URI> us) { ${JAVA_FUTURES} } }`, 'parallel'],
  [
    'java',
    'class A { HttpClient client; void f(List<URI> us) { for (URI u : us) client.send(u); } }',
    'one-by-one',
  ],
  [
    'cpp',
    'void f() { for (auto &u : us) all.push_back(std::async([&] { return curl_easy_perform(u); })); }',
    'parallel',
  ],
  [
    'rust',
    'fn f() { for u in us { hs.push(tokio::spawn(async move { reqwest::get(u).await })); } }',
    'parallel',
  ],
  ['rust', 'async fn f() { for u in us { hs.push(reqwest::get(u).await); } }', 'one-by-one'],
  ['shell', 'for u in "$@"; do curl "$u" & done; wait', 'parallel'],
  ['shell', 'for u in "$@"; do curl "$u" > "$f" 2>&1 & done; wait', 'parallel'],
  ['shell', 'for u in "$@"; do (curl "$u"; sync) & done; wait', 'parallel'],
  ['shell', 'get() { curl "$1"; }\nfor u in "$@"; do get "$u" & done; wait', 'parallel'],
  ['shell', 'for u in "$@"; do curl "$u" | jq . & done', 'parallel'],
  ['shell', 'for u in "$@"; do curl "$u" 2>&1 && sync; done', 'one-by-one'],
  ['shell', 'for u in "$@"; do curl "$u" &> "$f"; done', 'one-by-one'],
  ['shell', 'for u in "$@"; do curl "$u"; done &', 'one-by-one'],
  ['shell', 'xargs -P 8 -n 1 curl < us', 'parallel'],
  ['shell', 'xargs -P1 -n 1 curl < us', 'one-by-one'],
])('%s: %j asks %s', async (language, source, awaited) => {
  const { externalCalls } = await analyze({ source, language });
  expect(externalCalls.at(-1)).toMatchObject({ kind: 'http', awaited });
});

test.each<[string, string]>([
  ['s := make([]bool, n)\nfor i := 0; i < n; i++ { s[i] = true }', 'linear'],
  ['for i := 0; i < n; i++ { a[i] = a[i] + 1 }', 'constant'],
  ['s := make(map[int]bool)\nfor i := 0; i < n; i++ { s[i] = true }', 'linear'],
  [
    's := make([]bool, n)\nfor i := 0; i < n; i++ { for j := 0; j < n; j++ { s[j] = true } }',
    'linear',
  ],
])('go: %j takes %s space: what is only indexed does not grow', async (body, expected) => {
  const source = `package p\nfunc f(n int, a []int) { ${body} }`;
  expect((await analyze({ source, language: 'go' })).spaceClass).toBe(expected);
});

test.each<[Language, string, string]>([
  ['javascript', 'function f(a) { const out = []; a.forEach((x) => out.push(x)); }', 'linear'],
  [
    'javascript',
    'function f(a) { a.forEach((x) => { const out = []; out.push(x); }); }',
    'constant',
  ],
  ['javascript', 'function f(a) { const out = []; run((x) => out.push(x)); }', 'constant'],
  [
    'javascript',
    'function f(a) { const out = []; for (const b of a) b.forEach((x) => out.push(x)); }',
    'quadratic',
  ],
  ['ruby', 'def f(a)\n  out = []\n  a.each { |x| out << x }\n  nil\nend', 'linear'],
  ['ruby', 'def f(a)\n  out = {}\n  a.each { |x| out[x] = 1 }\n  nil\nend', 'linear'],
  ['ruby', 'def f(a)\n  a.each { |x| out = []; out << x }\n  nil\nend', 'constant'],
])('%s: %j takes %s space', async (language, source, expected) => {
  expect((await analyze({ source, language })).spaceClass).toBe(expected);
});

test.each<[Language, string, number]>([
  ['go', 'package p\nfunc main() { go f(1) }', 2],
  ['go', 'package p\nfunc main() { for i := 0; i < n; i++ { go f(i) } }', 4],
  ['python', 'import threading\nthreading.Thread(target=f).start()\n', 2],
  ['python', 'import threading\nts = [threading.Thread(target=f) for _ in rows]\n', 4],
  [
    'python',
    'import threading\ndef start():\n    threading.Thread(target=f).start()\nfor row in rows:\n    start()\n',
    4,
  ],
  ['python', 'import asyncio\nasync def f():\n    await asyncio.gather(a(), b())\n', 1],
  ['python', 'from multiprocessing import Pool\np = Pool(2)\n', 3],
  ['python', 'from multiprocessing import Pool\np = Pool()\n', 4],
  ['shell', 'work &\nwait', 2],
  ['shell', 'for x in "$@"; do work "$x" & done; wait', 4],
  ['shell', 'xargs -n 1 work', 1],
  ['shell', 'xargs -P 4 -n 1 work', 4],
  ['shell', 'make all', 1],
  ['shell', 'make -j all', 4],
  ['ruby', '10.times { Thread.new { work } }', 4],
  ['ruby', 'Thread.new { work }', 2],
  ['java', 'class A { void f() { new Thread(() -> g()).start(); } }', 2],
  ['rust', 'fn main() { std::thread::spawn(|| g()); }', 2],
  ['rust', 'fn main() { rows.par_iter().map(g); }', 4],
])('%s: %j keeps about %d cores busy', async (language, source, cores) => {
  const { demand } = await analyze({ source, language });
  expect(demand.cpuCores.likely).toBe(cores);
});
