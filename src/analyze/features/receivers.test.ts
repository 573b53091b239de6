import { expect, test } from 'vitest';
import type { Language } from '#model/execution.ts';
import { analyze } from '#analyze/analyze.ts';

const callees = async (language: Language, source: string) =>
  (await analyze({ source, language })).externalCalls.map(
    ({ kind, callee }) => `${kind} ${callee}`,
  );

const PYTHON = `
import requests
def one(web, url):
    return web.get(url)
def many(web, urls):
    return [one(web, url) for url in urls]
`;

test.each<[string, string]>([
  ['made where it is handed over', `${PYTHON}one(requests.Session(), "u")\n`],
  ['by a name', `${PYTHON}def main():\n    s = requests.Session()\n    one(s, "u")\n`],
  ['by keyword', `${PYTHON}s = requests.Session()\none(url="u", web=s)\n`],
  ['through another function', `${PYTHON}many(requests.Session(), us)\n`],
  ['opened for a while', `${PYTHON}with requests.Session() as s:\n    many(s, us)\n`],
])('a client that a function is given calls out: %s', async (_, source) => {
  expect(await callees('python', source)).toContain('http web.get');
});

test.each<[Language, string, string]>([
  [
    'javascript',
    "const { Pool } = require('pg');\nasync function rows(pool) { return pool.query('select 1'); }\nrows(new Pool());",
    'database pool.query',
  ],
  [
    'go',
    'package m\nimport "net/http"\nfunc one(c any, u string) { c.Get(u) }\nfunc main() { client := &http.Client{}\n one(client, "u") }',
    'http c.Get',
  ],
])('%s: the same', async (language, source, expected) => {
  expect(await callees(language, source)).toContain(expected);
});

test.each<[string, string]>([
  ['of which nothing is known', `${PYTHON}`],
  ['that is a table', `${PYTHON}one({}, "u")\none(dict(), "u")\n`],
  [
    'that has the name of a client elsewhere',
    `${PYTHON}session = requests.Session()\none(rows, "u")\n`,
  ],
])('an object calls nobody: %s', async (_, source) => {
  expect(await callees('python', source)).not.toContain('http web.get');
});

const WEB = 'import requests\n';
const TELLER = 'class A:\n    def __init__(self, web):\n        self.web = web\n';
const GETS = '    def one(self, u):\n        return self.web.get(u)\n';

test.each<[string, Language, string, string]>([
  [
    'given to a constructor',
    'python',
    `${WEB}${TELLER}${GETS}A(requests.Session())\n`,
    'http self.web.get',
  ],
  [
    'of the class that it is made from',
    'python',
    `${WEB}class B:\n    def __init__(self):\n        self.web = requests.Session()\nclass A(B):\n${GETS}`,
    'http self.web.get',
  ],
  [
    'given back by a function',
    'python',
    `${WEB}def make():\n    s = requests.Session()\n    return s\nmake().headers\nweb = make()\nweb.put("u")\n`,
    'http web.put',
  ],
  [
    'given to a constructor',
    'javascript',
    "const axios = require('axios');\nclass A {\n  constructor(web) { this.web = web; }\n  one(u) { return this.web.get(u); }\n}\nnew A(axios.create());",
    'http this.web.get',
  ],
  [
    'that a field starts with',
    'javascript',
    "const axios = require('axios');\nclass A {\n  web = axios.create();\n  one(u) { return this.web.get(u); }\n}",
    'http this.web.get',
  ],
])('a client that is %s calls out (%s)', async (_, language, source, expected) => {
  expect(await callees(language, source)).toEqual([expected]);
});

test('an object that is given something else to hold calls nobody', async () => {
  expect(await callees('python', `${WEB}${TELLER}${GETS}A({})\n`)).toEqual([]);
});

test('what a client answers with calls nobody', async () => {
  const source = `${WEB}web = requests.Session()\nr = web.get("u")\nr.raise_for_status()\nfor line in r.iter_lines():\n    print(line)\n`;
  expect(await callees('python', source)).toEqual(['http web.get']);
});

test.each<[string, Language, string, string]>([
  [
    'of its own',
    'python',
    `${WEB}class A:\n    def __init__(self):\n        self.web = requests.Session(timeout=3)\n${GETS}`,
    'self.web.get',
  ],
  [
    'of a field',
    'typescript',
    "import axios from 'axios';\nclass A { private web = axios.create({ timeout: 3 }); one(u: string) { return this.web.get(u); } }",
    'this.web.get',
  ],
  [
    'that is called itself',
    'javascript',
    "import axios from 'axios';\nconst web = axios.create({ timeout: 3 });\nweb.get('u');",
    'web.get',
  ],
])('a client made with a timeout gives up: %s', async (_, language, source, callee) => {
  const without = source.replace(/timeout(=|: )3/, (_, sign: string) => `other${sign}3`);
  const told = async (text: string) =>
    (await analyze({ source: text, language })).externalCalls.find((call) => call.callee === callee)
      ?.hasTimeout;
  expect(await told(source)).toBe(true);
  expect(await told(without)).toBe(false);
});
