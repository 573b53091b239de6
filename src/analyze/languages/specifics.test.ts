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
])('%s: %j takes %s', async (language, source, expected) => {
  expect((await analyze({ source, language })).class).toBe(expected);
});
