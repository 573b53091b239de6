import { expect, test } from 'vitest';
import type { Site } from '#model/site.ts';
import { analyze } from '#analyze/analyze.ts';

async function sitesIn(
  source: string,
  language: 'python' | 'javascript' = 'python',
): Promise<readonly Site[]> {
  const profile = await analyze({ source, language });
  expect(profile.syntaxError).toBeUndefined();
  return profile.sites!;
}

/** What an allocation in line 2 comes to: bytes, times what. */
async function sizeOf(expression: string) {
  const sites = await sitesIn(`import sys\nx = ${expression}\n`);
  const site = sites.find(({ line, kind }) => line === 2 && kind === 'allocation');
  if (site?.kind !== 'allocation') return undefined;
  return 'bytes' in site ? { bytes: site.bytes } : site.expression;
}

test.each([
  ['[0] * 10**6', { bytes: 8_000_056 }],
  ['bytearray(2 * 10**6)', { bytes: 2_000_000 }],
  ['[0] * n', { bytes: 8, times: [{ name: 'n' }] }],
  ['[0] * len(rows)', { bytes: 8, times: [{ length: 'rows' }] }],
  ['[0] * int(sys.argv[2])', { bytes: 8, times: [{ argument: 2 }] }],
  ['bytearray(4 * n * m)', { bytes: 4, times: [{ name: 'n' }, { name: 'm' }] }],
  ['bytearray(n ** 2)', { bytes: 1, times: [{ name: 'n' }, { name: 'n' }] }],
  ['[0] * (n // 4)', { bytes: 2, times: [{ name: 'n' }] }],
  ['bytearray(n << 10)', { bytes: 1024, times: [{ name: 'n' }] }],
  ['bytearray(n + 16)', { bytes: 1, times: [{ name: 'n' }] }],
  ['open("words.txt").read()', { bytes: 1, times: [{ file: 'words.txt' }] }],
  ['open(path).readlines()', { bytes: 1, times: [{ fileNamed: 'path' }] }],
  ['open(sys.argv[1]).read()', { bytes: 1, times: [{ fileArgument: 1 }] }],
])('x = %s', async (expression, size) => {
  expect(await sizeOf(expression)).toMatchObject(size);
});

test.each([
  ['bytearray(1000)', 'is too small to matter'],
  ['[]', 'is empty'],
  ['n + m', 'makes nothing'],
  ['open("words.txt").read(1024)', 'takes a part'],
  ['bytearray(n + m)', 'no product says how large'],
  ['bytearray(n ** m)', 'no power is known'],
])('x = %s %s', async (expression) => {
  expect(await sizeOf(expression)).toBeUndefined();
});

test('an argument is followed through a parameter of the only call', async () => {
  const source = (more: string) => `import sys
def fill(count):
    return bytearray(count)
fill(int(sys.argv[1]))
${more}`;
  const [once] = await sitesIn(source(''));
  expect(once).toMatchObject({
    line: 3,
    function: 'fill',
    expression: { times: [{ argument: 1 }] },
  });
  const [twice] = await sitesIn(source('fill(int(sys.argv[2]))\n'));
  expect(twice).toMatchObject({ line: 3, expression: { times: [{ name: 'count' }] } });
});

test('what an allocation is made of counts with it', async () => {
  const sites = await sitesIn('x = [[0] * 10**4 for _ in range(100)]\n');
  expect(sites.filter(({ kind }) => kind === 'allocation')).toMatchObject([
    { line: 1, what: 'comprehension' },
  ]);
});

test('where a site is: its function, the loop around it, who leads there, on which path', async () => {
  const sites = await sitesIn(`import requests
def fetch(url):
    return requests.get(url)
def crawl(urls):
    for url in urls:
        if url:
            fetch(url)
            requests.post(url)
if __name__ == '__main__':
    crawl(URLS)
    requests.head('u')
`);
  expect(sites).toEqual([
    { line: 3, function: 'fetch', callers: ['crawl', ''], kind: 'external', what: 'requests.get' },
    {
      line: 8,
      function: 'crawl',
      loopLine: 5,
      isConditional: true,
      callers: [''],
      kind: 'external',
      what: 'requests.post',
    },
    { line: 11, function: '', callers: [], kind: 'external', what: 'requests.head' },
  ]);
});

test('what stands in a condition runs on every path', async () => {
  const [first, second] = await sitesIn(
    'import requests\nif requests.get("u").ok:\n    requests.get("v")\n',
  );
  expect(first).not.toHaveProperty('isConditional');
  expect(second).toMatchObject({ line: 3, isConditional: true });
});

test.each([
  ['"r" * 100', 0],
  ['100 * b"r"', 0],
  ['"a" + "b" * 9', 0],
  ['1000 * 1000', 0],
  ['"r" * 100_000', 100_000],
  ['["r"] * 100', 800],
])('beside its slot, a round that adds %s takes %d bytes', async (value, least) => {
  const [site] = await sitesIn(`rows = []\nfor i in range(9000):\n    rows.append(${value})\n`);
  const { bytesPerRound } = site as Extract<typeof site, { kind: 'growth' }>;
  expect(bytesPerRound).toBeGreaterThanOrEqual(least + 8);
  expect(bytesPerRound).toBeLessThan(least * 1.2 + 10);
});

test('a text that is put together in each round is no constant', async () => {
  const [site] = await sitesIn('rows = []\nfor i in range(9):\n    rows.append(f"{i}" * 100)\n');
  expect((site as { bytesPerRound?: number }).bytesPerRound).toBeGreaterThan(108);
});

test('containers grow by what an entry takes, and come to that of all rounds', async () => {
  const sites = await sitesIn(`rows = []
for i in range(100000):
    rows.append(bytes(1000))
kept = {}
for line in open('words'):
    kept[line] = 1
`);
  const [list, table] = sites.filter((site) => site.kind === 'growth');
  expect(list).toMatchObject({ line: 3, loopLine: 2, what: 'rows' });
  expect(list!.bytesPerRound).toBeGreaterThan(1000);
  expect(list!.bytesPerRound).toBeLessThan(1100);
  expect(list!.bytes! / (list!.bytesPerRound * 100_000)).toBeCloseTo(1, 1);
  expect(table).toMatchObject({ line: 6, loopLine: 5, what: 'kept' });
  expect(table).not.toHaveProperty('bytes');
});

test.each([
  ['Pool(4)', { cores: 4 }],
  ['Pool(n)', { cores: { name: 'n' } }],
  ['Pool(processes=2)', { cores: 2 }],
  ['Process(target=print)', { cores: 1 }],
])('%s keeps cores busy', async (call, cores) => {
  const name = call.slice(0, call.indexOf('('));
  const sites = await sitesIn(`from multiprocessing import ${name}\np = ${call}\n`);
  expect(sites).toMatchObject([{ line: 2, kind: 'parallel', ...cores }]);
});

test('a pool of no stated size has as many cores as there are', async () => {
  const [site] = await sitesIn('from multiprocessing import Pool\np = Pool()\n');
  expect(site).toMatchObject({ kind: 'parallel' });
  expect(site).not.toHaveProperty('cores');
});

test('sleeps last as long as the code says, timers of JavaScript in milliseconds', async () => {
  expect(await sitesIn('import time\npause = 2\ntime.sleep(pause * 3)\n')).toMatchObject([
    { kind: 'wait', seconds: 6 },
  ]);
  const [unknown] = await sitesIn('import time\ntime.sleep(float(input()))\n');
  expect(unknown).not.toHaveProperty('seconds');
  const timers = await sitesIn('setTimeout(() => done(), 1500);\n', 'javascript');
  expect(timers).toMatchObject([{ kind: 'wait', what: 'setTimeout', seconds: 1.5 }]);
});

test('the order of calls: module level first, arguments before what takes them, what is handed over', async () => {
  const { functionOrder } = await analyze({
    source: `from multiprocessing import Pool
class Job:
    def __init__(self, rows):
        self.rows = rows
def load(path):
    return open(path).readlines()
def work(row):
    return len(row)
def run(rows):
    with Pool(4) as pool:
        for row in rows:
            pool.map(work, row)
if input():
    run(Job(load('a')))
`,
    language: 'python',
  });
  expect(functionOrder).toEqual([
    { function: '', line: 14, calls: 'load', isConditional: true },
    { function: '', line: 14, calls: 'Job.__init__', isConditional: true },
    { function: '', line: 14, calls: 'run', isConditional: true },
    { function: 'run', line: 12, calls: 'work', loopLine: 11, isHandedOver: true },
  ]);
});
