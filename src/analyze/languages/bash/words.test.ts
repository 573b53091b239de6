import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';

async function boundOf(head: string) {
  const source = `n=$1\n${head}; do echo "$x"; done\n`;
  const profile = await analyze({ source, language: 'shell' });
  expect(profile.syntaxError).toBeUndefined();
  return { class: profile.class, ...profile.loops[0]!.bound };
}

test.each([
  'for x in "$@"',
  'for x in $*',
  'for x in "${files[@]}"',
  'for x in $(ls)',
  'for x in `ls`',
  'for x in *.txt',
  'for x in "$folder"/*.gz',
  'for x in a b $rest',
  'for x in $(seq $n)',
  'for x',
  'for ((i = 0; i < n; i++))',
])('%s: as many rounds as there is input', async (head) => {
  const bound = await boundOf(head);
  expect(bound).toMatchObject({ class: 'linear', symbol: 'n' });
  expect(bound.count).toBeUndefined();
});

test.each([
  ['for x in a b c', 3],
  ['for x in "$*"', 1],
  ['for x in "two words" \'one more\'', 2],
  ['for x in {1..100}', 100],
  ['for x in {0..10..5}', 3],
  ['for x in host{1..3} other', 4],
  ['for x in {a,b}.txt {0..1}{0..1}', 6],
  ['for x in $(seq 2 10)', 9],
  ['for x in $(seq 10 -2 1)', 5],
  ['for ((i = 0; i < 10; i++))', 10],
])('%s: %i rounds', async (head, count) => {
  expect(await boundOf(head)).toMatchObject({ class: 'constant', count });
});
