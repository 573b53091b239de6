import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { LiveCall } from '#model/probe.ts';
import { requires } from '../capabilities.ts';
import { looksOf, probedPrograms } from './probed.ts';

const PYTHON = '/usr/bin/python3';
const SERVERS = readFileSync(join(import.meta.dirname, 'database_servers.py'));

/** On a machine that is busy with more than the tests. */
vi.setConfig({ testTimeout: 60_000 });

const programs = probedPrograms();

/** What a program prints with and without a probe, and the calls to databases that were told. */
async function databaseCalls(source: string, others: Readonly<Record<string, string>> = {}) {
  programs.write('database_servers.py', SERVERS.toString());
  for (const [name, code] of Object.entries(others)) programs.write(name, code);
  const script = programs.write('main.py', source);
  const bare = await programs.bare([PYTHON, script]);
  const { messages, ...probed } = await programs.probed([PYTHON, script]);
  expect(probed).toEqual(bare);
  expect(probed.code, probed.stderr).toBe(0);
  const told = messages.flatMap((message) => (message.kind === 'call' ? [message.call] : []));
  const underWay = looksOf(messages).flatMap(({ calls }) => calls ?? []);
  const ofDatabases = (calls: readonly LiveCall[]) =>
    calls.filter(({ kind }) => kind === 'database');
  return { told: ofDatabases(told), underWay: ofDatabases(underWay) };
}

const SLOW = 0.25;
const slowOf = (calls: readonly LiveCall[]) => calls.filter(({ seconds = 0 }) => seconds > SLOW);

test('psycopg: connections, statements and commits, by the address of the server', async (context) => {
  requires(context, 'psycopg');
  const { told, underWay } = await databaseCalls(`
import database_servers as servers, psycopg, socket, time
port = servers.serve(servers.postgres)
c = psycopg.connect('host=127.0.0.1 user=a password=b dbname=c sslmode=disable', port=port)
print(type(c) is psycopg.Connection, type(c.cursor()) is psycopg.Cursor, c.execute.__qualname__)
c.execute('slow'); c.cursor().execute('slow %s', (1,)); c.commit()
for _ in range(300): c.execute('brief')
socket.setdefaulttimeout(5); time.sleep(0.5); c.execute('slow at last')
try: psycopg.connect('nonsense')
except psycopg.Error as error: print(type(error))
`);
  expect(slowOf(told)).toHaveLength(3);
  const [connecting] = told;
  for (const call of slowOf(told)) expect(call.target).toBe(connecting!.target);
  // 20 bytes answer a bare statement, 35 one with parameters; before each the driver begins with 35.
  expect(slowOf(told).map(({ bytes }) => bytes)).toEqual([35 + 20, 35 + 35, undefined]);
  expect(connecting!.target).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(underWay.map(({ target }) => target)).toContain(connecting!.target);
});

test('MySQLdb: the same', async (context) => {
  requires(context, 'mysqldb');
  const { told, underWay } = await databaseCalls(`
import database_servers as servers, MySQLdb
from MySQLdb.connections import Connection
port = servers.serve(servers.mysql)
c = MySQLdb.connect(host='127.0.0.1', port=port, user='a', password='b')
print(type(c) is Connection, MySQLdb.Connect is MySQLdb.connect is MySQLdb.Connection)
k = c.cursor()
k.execute('slow'); c.commit(); k.execute('slow too')
for _ in range(300): k.execute('brief')
try: MySQLdb.connect(host='127.0.0.1', port=1)
except MySQLdb.OperationalError as error: print(error.args[0])
`);
  expect(slowOf(told)).toHaveLength(2);
  expect(told[0]!.target).toMatch(/^127\.0\.0\.1:\d+$/);
  for (const call of slowOf(told))
    expect(call).toMatchObject({ target: told[0]!.target, bytes: 4 + 7 });
  expect(told.at(-1)).toMatchObject({ target: '127.0.0.1:1', error: 'OperationalError' });
  expect(underWay.map(({ target }) => target)).toContain(told[0]!.target);
});

/** Debian has no oracledb: a module that is built as it is. Source: python-oracledb, connection.py. */
const ORACLE = `
import time
class Cursor:
    def __init__(self, connection): self.connection = connection
    def execute(self, statement): time.sleep(0.3)
class Connection:
    dsn = 'db.example:1521/orders'
    def cursor(self): return Cursor(self)
    def commit(self): time.sleep(0.3)
def connect(dsn=None, **given): return Connection()
`;

test('oracledb: by the host and port of its dsn', async () => {
  const source = `
import oracledb
c = oracledb.connect('scott/tiger@db.example:1521/orders')
c.cursor().execute('slow'); c.commit()
print(type(c) is oracledb.Connection)
`;
  const { told } = await databaseCalls(source, { 'oracledb.py': ORACLE });
  expect(slowOf(told)).toHaveLength(2);
  expect(new Set(told.map(({ target }) => target))).toEqual(new Set(['db.example:1521']));
});
