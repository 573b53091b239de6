import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';

test.each([
  ['use reqwest::blocking::get as fetch;', 'fetch("u")', 'reqwest.blocking.get'],
  ['use reqwest as http;', 'http::get("u")', 'reqwest.get'],
  ['use a::{b, reqwest::{self as web, Url as Address}, c};', 'web::get("u")', undefined],
  ['pub(crate) use sqlx::{query as ask};', 'ask("q")', 'sqlx.query'],
  ['use std::process::{Command as Run};', 'Run::new("ls")', 'std.process.Command.new'],
])('%s %s', async (use, call, callee) => {
  const source = `${use}\nfn f() { ${call}; }\n`;
  const { externalCalls, functions } = await analyze({ source, language: 'rust' });
  expect(externalCalls.map((each) => each.callee)).toEqual(callee === undefined ? [] : [callee]);
  expect(functions[0]?.calls).toEqual([callee ?? 'a.reqwest.get']);
});
