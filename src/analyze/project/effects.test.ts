import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import { analyzeDocument } from '#analyze/report/document.ts';
import { report } from '#analyze/report/report.ts';
import { documentSchema } from '#analyze/report/schema.ts';
import { SCORE_WEIGHTS } from '#analyze/score.ts';
import { analyzeFiles } from './analyze-files.ts';
import { analyzeProgram } from './analyze-program.ts';
import { sourceFiles } from './source-files.ts';

type Files = Readonly<Record<string, string>>;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-effects-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The program is analysed as a whole; the answer is for its first file. */
async function analyzed(files: Files): Promise<ComplexityProfile> {
  write(files);
  const profiles = await analyzeFiles(sourceFiles([folder]), { threads: 1 });
  const first = join(folder, Object.keys(files)[0]!);
  return profiles.find(({ file }) => file === first)!;
}

function write(files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const PYTHON: Files = {
  'main.py': `import helper

def run(urls):
    for url in urls:
        helper.fetch_all(url)

run(open('urls').readlines())
`,
  'helper.py': `import requests

def fetch_all(url):
    for page in range(int(url[-1])):
        one(url, page)

def one(url, page):
    return requests.get(url + str(page))
`,
};

const FETCHING: Readonly<Record<string, { files: Files; callee: string; line: number }>> = {
  Python: { files: PYTHON, callee: 'requests.get', line: 8 },
  JavaScript: {
    files: {
      'main.js': `import { fetchAll } from './helper.js';\nexport async function run(urls) {\n  for (const url of urls) {\n    await fetchAll(url);\n  }\n}\n`,
      'helper.js': `export async function fetchAll(url) {\n  for (let page = 0; page < url.pages; page++) await one(url, page);\n}\nasync function one(url, page) {\n  return fetch(url.base + page);\n}\n`,
    },
    callee: 'fetch',
    line: 5,
  },
  TypeScript: {
    files: {
      'main.ts': `import * as helper from './lib';\nexport async function run(urls: string[]) {\n  for (const url of urls) {\n    await helper.fetchAll(url);\n  }\n}\n`,
      'lib/index.ts': `export { fetchAll } from './helper';\n`,
      'lib/helper.ts': `export async function fetchAll(url: string): Promise<void> {\n  for (const page of url.split('/')) {\n    await fetch(page);\n  }\n}\n`,
    },
    callee: 'fetch',
    line: 3,
  },
  Java: {
    files: {
      'Main.java': `class Main {\n  static void run(String[] urls) throws Exception {\n    for (String url : urls)\n      Helper.fetchAll(url);\n  }\n}\n`,
      'Helper.java': `import java.net.Socket;\nclass Helper {\n  static void fetchAll(String host) throws Exception {\n    for (int port = 0; port < host.length(); port++)\n      new Socket(host, port);\n  }\n}\n`,
    },
    callee: 'Socket',
    line: 5,
  },
  Go: {
    files: {
      'main.go': `package main\n\nfunc run(urls []string) {\n\tfor _, url := range urls {\n\t\tfetchAll(url)\n\t}\n}\n`,
      'helper.go': `package main\n\nimport "net/http"\n\nfunc fetchAll(url string) {\n\tfor page := range url {\n\t\thttp.Get(url + string(page))\n\t}\n}\n`,
    },
    callee: 'net/http.Get',
    line: 7,
  },
  C: {
    files: {
      'main.c': `void fetch_all(const char *host, int n);\nvoid run(char **hosts, int m, int n) {\n  for (int i = 0; i < m; i++)\n    fetch_all(hosts[i], n);\n}\n`,
      'helper.c': `#include <sys/socket.h>\nvoid fetch_all(const char *host, int n) {\n  for (int i = 0; i < n; i++) {\n    connect(i, 0, 0);\n  }\n}\n`,
    },
    callee: 'connect',
    line: 4,
  },
  Rust: {
    files: {
      'main.rs': `mod helper;\nuse crate::helper::fetch_all as get_all;\nfn run(urls: Vec<String>) {\n    for url in urls {\n        get_all(url);\n    }\n}\n`,
      'helper.rs': `pub fn fetch_all(url: String) {\n    for page in url.chars() {\n        reqwest::blocking::get(page.to_string());\n    }\n}\n`,
    },
    callee: 'reqwest.blocking.get',
    line: 3,
  },
};

test.each(Object.entries(FETCHING))(
  '%s: what a function of another file fetches is fetched in the loop that calls it',
  async (_, { files, callee, line }) => {
    const profile = await analyzed(files);
    const [name, source] = Object.entries(files).at(-1)!;
    const lines = Object.values(files)[0]!.split('\n');
    const callLine = lines.findLastIndex((text) => /(fetch|get)_?all\(/i.test(text)) + 1;
    const loopLine = lines.findIndex((text) => /^\s*for/.test(text)) + 1;
    const loopThere = source.split('\n').findIndex((text) => /^\s*for/.test(text)) + 1;
    expect(profile.externalCalls).toMatchObject([
      {
        callee,
        line: callLine,
        loopLine,
        loopDepth: 2,
        awaited: 'one-by-one',
        elsewhere: { file: join(folder, name), line, loopLine: loopThere },
      },
    ]);
    const { networkIntensity, idleShare } = profile.demand;
    expect(networkIntensity.likely).toBeGreaterThanOrEqual(0.7);
    expect(networkIntensity.reason).toContain(`line ${line} of ${join(folder, name)}`);
    expect(idleShare.likely).toBeGreaterThan(0.2);
    expect(profile.sites).toContainEqual(
      expect.objectContaining({ kind: 'external', what: callee, line: callLine, loopLine }),
    );
  },
);

const LARGE = 80_000_000;
const ALLOCATING: Readonly<Record<string, Files>> = {
  Python: {
    'main.py': 'from helper import table\nrows = table()\n',
    'helper.py': 'def table():\n    cells = [0] * 10**7\n    return cells\n',
  },
  'Python, at import': {
    'main.py': 'import helper\nprint(helper.TABLE[3])\n',
    'helper.py': 'TABLE = [0] * 10**7\n',
  },
  JavaScript: {
    'main.cjs': "const { table } = require('./helper.cjs');\nconst rows = table();\n",
    'helper.cjs':
      'function table() {\n  const cells = new Float64Array(1e7);\n  return cells;\n}\nmodule.exports = { table };\n',
  },
  Java: {
    'Main.java': 'class Main { static void run() { long[] rows = Helper.table(); } }\n',
    'Helper.java':
      'class Helper { static long[] table() { long[] cells = new long[10000000]; return cells; } }\n',
  },
  Go: {
    'main.go': 'package main\n\nfunc main() {\n\trows := table()\n\t_ = rows\n}\n',
    'helper.go':
      'package main\n\nfunc table() []int64 {\n\tcells := make([]int64, 10000000)\n\treturn cells\n}\n',
  },
  C: {
    'main.c':
      'double *table(void);\nint main(void) {\n  double *rows = table();\n  return rows[3] > 0;\n}\n',
    'helper.c':
      '#include <stdlib.h>\ndouble *table(void) {\n  double *cells = malloc(10000000 * sizeof(double));\n  return cells;\n}\n',
  },
  Rust: {
    'main.rs': 'mod helper;\nfn main() {\n    let rows = helper::table();\n}\n',
    'helper.rs':
      'pub fn table() -> Vec<i64> {\n    let cells = vec![0i64; 10_000_000];\n    cells\n}\n',
  },
};

test.each(Object.entries(ALLOCATING))(
  '%s: what another file allocates is part of the peak',
  async (_, files) => {
    const { demand, dataStructures, sites } = await analyzed(files);
    const [, helper] = Object.keys(files);
    const [structure] = dataStructures.filter(({ elsewhere }) => elsewhere !== undefined);
    expect(structure?.elsewhere?.file).toBe(join(folder, helper!));
    expect(structure!.bytes! / LARGE).toBeCloseTo(1, 1);
    expect(demand.peakMemoryBytes.likely / LARGE).toBeGreaterThan(0.99);
    expect(demand.peakMemoryBytes.likely / LARGE).toBeLessThan(1.2);
    expect(demand.peakMemoryBytes.reason).toContain(helper);
    expect(sites).toContainEqual(
      expect.objectContaining({
        kind: 'allocation',
        line: structure!.line,
        bytes: structure!.bytes,
      }),
    );
  },
);

test.each<[string, Files]>([
  [
    'Python',
    {
      'main.py':
        'from clients import web, make\nimport clients\nweb.get("u")\nclients.web.put("u")\nown = make()\nown.post("u")\n',
      'clients.py':
        'import requests\nweb = requests.Session()\ndef make():\n    return requests.Session()\n',
    },
  ],
  [
    'TypeScript',
    {
      'main.ts':
        "import { web, make } from './clients.ts';\nimport * as clients from './clients.ts';\nawait web.get('u');\nawait clients.web.put('u');\nconst own = make();\nawait own.post('u');\n",
      'clients.ts':
        "import axios from 'axios';\nexport const web = axios.create();\nexport function make() { return axios.create(); }\n",
    },
  ],
])('clients that another file makes call out where they are used: %s', async (_, files) => {
  const { externalCalls } = await analyzed(files);
  expect(externalCalls.map(({ kind, line }) => `${kind} ${line}`)).toEqual([
    'http 3',
    'http 4',
    'http 6',
  ]);
});

test('what only the helper itself runs as a program is no part of the program', async () => {
  const profile = await analyzed({
    'main.py': 'import helper\nhelper.small()\n',
    'helper.py': `import requests
from multiprocessing import Pool
def small():
    return 1
def unused():
    return bytearray(10**8)
if __name__ == '__main__':
    table = [0] * 10**7
    Pool(4).map(unused, table)
    requests.get('https://example.org')
`,
  });
  expect(profile).toMatchObject({ externalCalls: [], dataStructures: [], parallelism: [] });
  expect(profile.demand.cpuCores.high).toBe(1);
});

test('cores, waits and growth come from other files, over any number of them', async () => {
  const profile = await analyzed({
    'main.py': 'from middle import start\nstart(open("rows"))\n',
    'middle.py': 'import deep\ndef start(rows):\n    return deep.work(rows)\n',
    'deep.py': `import time
from multiprocessing import Pool
def work(rows):
    kept = []
    for row in rows:
        kept.append(row)
    time.sleep(5)
    with Pool(4) as pool:
        return pool.map(len, kept)
`,
  });
  expect(profile).toMatchObject({ spaceClass: 'linear', waits: true });
  expect(profile.parallelism).toEqual(['processes']);
  expect(profile.demand.cpuCores).toMatchObject({ likely: 4, high: 5 });
  expect(profile.demand.peakMemoryBytes.high).toBeGreaterThan(2 ** 30);
  expect(profile.demand.idleShare.reason).toContain('wait');
  expect(profile.spaceDerivation.join('\n')).toContain(`into ${join(folder, 'deep.py')}, line 6`);
});

test('an imported function that is handed to a pool runs several times at once', async () => {
  const profile = await analyzed({
    'main.py': `from multiprocessing.pool import ThreadPool
import helper
pool = ThreadPool(8)
pages = pool.map(helper.one, open('urls'))
`,
    'helper.py': 'import requests\ndef one(url):\n    return requests.get(url, timeout=5)\n',
  });
  expect(profile.externalCalls).toMatchObject([
    { callee: 'requests.get', line: 4, awaited: 'parallel', hasTimeout: true },
  ]);
});

test('one structure of a file that several others load counts once', async () => {
  const profile = await analyzed({
    'main.py': 'import left\nimport right\nleft.f()\nright.f()\n',
    'left.py': 'import table\ndef f():\n    return table.make()\n',
    'right.py': 'import table\ndef f():\n    return table.make()\n',
    'table.py':
      'ALL = [0] * 10**6\ndef make():\n    a, b = bytearray(10**7), bytearray(10**7)\n    c = bytearray(10**7)\n    return a, b, c\n',
  });
  const megabytes = profile.dataStructures.map(({ bytes = 0 }) => Math.round(bytes / 1e6));
  expect(megabytes.toSorted((a, b) => a - b)).toEqual([8, 10, 20]);
});

test('files that load each other count what is written in them once', async () => {
  const profile = await analyzed({
    'a.py': 'import b\nMINE = [0] * 10**7\ndef ping(n):\n    return b.pong(n)\n',
    'b.py': 'import a\nTHEIRS = [0] * 10**6\ndef pong(n):\n    return a.ping(n)\n',
  });
  const megabytes = profile.dataStructures.map(({ bytes = 0 }) => Math.round(bytes / 1e6));
  expect(megabytes.toSorted((a, b) => a - b)).toEqual([8, 80]);
});

test('the document and the table say where it is written', async () => {
  const profile = await analyzed(PYTHON);
  const document = JSON.parse(JSON.stringify(analyzeDocument([profile]))) as unknown;
  expect(() => documentSchema.parse(document)).not.toThrow();
  const table = report('table', { profiles: [profile], version: '1' });
  expect(table).toMatch(
    /line 5, into \S+helper\.py, line 8: http, requests\.get,\s+inside 2 loops/,
  );
});

const asRun = (name: string, language: Language) =>
  analyzeProgram({ path: join(folder, name), language, weights: SCORE_WEIGHTS });

test.each([
  ['Python', 'main.py', 'python'],
  ['JavaScript', 'main.js', 'javascript'],
  ['TypeScript', 'main.ts', 'typescript'],
] as const)(
  '%s: a program that is run is known by all that it imports',
  async (name, main, language) => {
    const whole = await analyzed(FETCHING[name]!.files);
    expect(await asRun(main, language)).toEqual(whole);
    expect(whole.externalCalls).toHaveLength(1);
  },
);

test('a run follows imports through packages, and none that lead out of the folder', async () => {
  write({
    'app/main.py': 'import os\nimport outside\nfrom pkg.tools import table\nrows = table()\n',
    'app/pkg/__init__.py': '',
    'app/pkg/tools.py': 'from . import deep\ndef table():\n    return deep.make()\n',
    'app/pkg/deep.py': 'def make():\n    cells = [0] * 10**7\n    return cells\n',
    'outside.py': 'TABLE = [0] * 10**8\n',
  });
  const profile = await asRun('app/main.py', 'python');
  expect(profile.dataStructures).toMatchObject([
    { line: 4, elsewhere: { file: join(folder, 'app/pkg/deep.py'), line: 2 } },
  ]);
});

test('a run reads a fixed number of files, however many there are', async () => {
  const names = Array.from({ length: 100 }, (_, at) => `part${at}`);
  write({
    'main.py': names.map((name) => `import ${name}\n`).join(''),
    ...Object.fromEntries(names.map((name) => [`${name}.py`, 'TABLE = bytearray(10**6)\n'])),
  });
  const { dataStructures } = await asRun('main.py', 'python');
  expect(dataStructures.length).toBeGreaterThan(0);
  expect(dataStructures.length).toBeLessThan(32);
});
