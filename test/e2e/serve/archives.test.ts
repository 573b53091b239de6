import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect } from 'vitest';
import { ZipFile } from 'yazl';
import type { Box } from '../box.ts';
import { configured, Server, testsInOneServer, type Answer } from './server.ts';
import { test as inBox } from '../box.ts';

const test = testsInOneServer();
const MIB = 2 ** 20;
const MAIN =
  'import helper.words as words\nprint(words.hello())\nopen("out/a.txt", "w").write("made")';
type Kept = { readonly id: string; readonly format: string; readonly sizeBytes: number };
type Problem = { readonly status: number; readonly detail: string };

/** As the real tar makes it: with a "./" before each name. */
function realTar(box: Box, ...options: string[]): Buffer {
  const folder = join(box.folder, 'project');
  mkdirSync(join(folder, 'helper'), { recursive: true });
  mkdirSync(join(folder, 'out'), { recursive: true });
  writeFileSync(join(folder, 'main.py'), MAIN);
  writeFileSync(join(folder, 'helper', 'words.py'), 'def hello(): return "hi"');
  writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\necho ran', { mode: 0o755 });
  return execFileSync('tar', ['-C', folder, ...options, '-cf', '-', '.']);
}

function zipOf(files: Readonly<Record<string, string | Buffer>>, mode = 0o100_644) {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files))
    zip.addBuffer(Buffer.from(text), name, { mode });
  zip.end();
  return bytesFrom(zip.outputStream);
}

type TarEntry = Parameters<ReturnType<typeof pack>['entry']>[0];

function tarOf(...entries: readonly (TarEntry & { readonly text?: string | Buffer })[]) {
  const tar = pack();
  for (const { text = '', ...entry } of entries) tar.entry(entry, text);
  tar.finalize();
  return bytesFrom(tar);
}

async function bytesFrom(stream: AsyncIterable<unknown> | NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function send<Body = Kept>(server: Server, bytes: Buffer): Promise<Answer<Body>> {
  return server.send<Body>('POST', '/v1/archives', { bytes });
}

function run<Body = Problem>(server: Server, bytes: Buffer, more: object = {}) {
  const archive = { base64: bytes.toString('base64') };
  const json = { archive, entry: 'main.py', ...more };
  return server.send<Body>('POST', '/v1/executions?waitMs=60000', { json });
}

describe('an archive as the program', () => {
  test('sent once, run often, as tar, tar.gz or zip', async ({ server, box }) => {
    const tar = realTar(box);
    const zip = await zipOf({ 'main.py': 'print("zipped")' });
    for (const [bytes, format, printed] of [
      [tar, 'tar', 'hi\n'],
      [gzipSync(tar), 'tar.gz', 'hi\n'],
      [zip, 'zip', 'zipped\n'],
    ] as const) {
      const kept = await send(server, bytes);
      expect([kept.status, kept.body]).toMatchObject([201, { format, sizeBytes: bytes.length }]);
      expect((await send(server, bytes)).body.id).toBe(kept.body.id);
      const json = { archive: { id: kept.body.id }, entry: 'main.py' };
      for (let time = 0; time < 2; time++) {
        const ran = await server.send('POST', '/v1/executions?waitMs=60000', { json });
        expect(ran.body).toMatchObject({ outcome: 'succeeded' });
        expect(await server.output(ran.body.id)).toBe(printed);
      }
    }
  });

  test('in the request itself, with a command and what may be executed', async ({
    server,
    box,
  }) => {
    const json = {
      archive: { base64: realTar(box, '-z').toString('base64') },
      command: ['./run.sh'],
    };
    const ran = await server.send('POST', '/v1/executions?waitMs=60000', { json });
    expect(await server.output(ran.body.id)).toBe('ran\n');
    expect(JSON.stringify(ran.body)).not.toContain(json.archive.base64.slice(0, 60));
  });

  test('the entry must be in it, and the archive must be there', async ({ server, box }) => {
    const missing = await run(server, realTar(box), { entry: 'other.py' });
    expect([missing.status, missing.body.detail]).toEqual([
      400,
      expect.stringContaining('other.py'),
    ]);
    const kept = await send(server, realTar(box));
    expect((await server.send('DELETE', `/v1/archives/${kept.body.id}`)).status).toBe(204);
    const json = { archive: { id: kept.body.id }, entry: 'main.py' };
    expect((await server.send('POST', '/v1/executions', { json })).status).toBe(404);
  });
});

const HOSTILE = [
  ['a path upwards', () => tarOf({ name: '../x.py' }), /leads out/],
  ['a path upwards in the middle', () => tarOf({ name: 'a/../../x.py' }), /leads out/],
  ['an absolute path', () => tarOf({ name: '/etc/x.py' }), /leads out/],
  [
    'a symbolic link',
    () => tarOf({ name: 'l', type: 'symlink', linkname: '/etc' }),
    /symbolic link/,
  ],
  ['a hard link', () => tarOf({ name: 'l', type: 'link', linkname: '/etc/passwd' }), /hard link/],
  ['a device', () => tarOf({ name: 'd', type: 'character-device' }), /device/],
  [
    'a file that is a folder as well',
    () => tarOf({ name: 'a', text: 'x' }, { name: 'a/b', text: 'x' }),
    /both a file and a folder/,
  ],
  ['a zip with a symbolic link', () => zipOf({ link: '/etc/passwd' }, 0o120_777), /symbolic link/],
  ['text', () => Buffer.from('print(1)'), /none of these/],
  [
    'half a tar',
    async () => (await tarOf({ name: 'main.py', text: 'x'.repeat(9000) })).subarray(0, 4000),
    /cannot be used/,
  ],
  ['half a tar.gz', () => gzipSync(Buffer.alloc(9000, 'x')).subarray(0, 20), /cannot be used/],
  ['half a zip', async () => (await zipOf({ a: 'b' })).subarray(0, 60), /cannot be used/],
] as const;

describe('what an archive must not do', () => {
  test.for(HOSTILE)('%s is refused', async ([, make, detail], { server }) => {
    const { status, body } = await run(server, await make());
    expect([status, body.detail]).toEqual([400, expect.stringMatching(detail)]);
    const left = await server.send<{ executions: [] }>('GET', '/v1/executions');
    expect(left.body.executions).toEqual([]);
  });

  test('a zip whose names lead out is refused', async ({ server }) => {
    // No writer makes one, so a name of the same length is put in its place.
    const zip = await zipOf({ 'aaaaaaaa.py': 'x' });
    const hostile = Buffer.from(
      zip.toString('latin1').replaceAll('aaaaaaaa', '../../..'),
      'latin1',
    );
    const { status, body } = await run(server, hostile);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('relative path')]);
  });
});

const SMALL = {
  serve: {
    maxUnpackedBytes: '1Mi',
    maxArchiveEntries: 20,
    maxArchiveBytes: '64Ki',
    keptArchiveBytes: '100Ki',
  },
};

inBox('bombs and what is too large are refused before they do harm', async ({ box }) => {
  const server = await new Server(box, ['--no-keys'], configured(box, SMALL)).start();
  const zeros = Buffer.alloc(20 * MIB);
  const bombs = [
    gzipSync(await tarOf({ name: 'main.py', text: zeros })),
    await zipOf({ 'main.py': zeros }),
    await tarOf(...Array.from({ length: 30 }, (_, n) => ({ name: `${n}` }))),
  ];
  for (const bomb of bombs) {
    const { status, body } = await run(server, bomb);
    expect([status, body.detail]).toEqual([413, expect.stringContaining('more than')]);
  }
  const names = await tarOf({ name: 'a', pax: { comment: 'x'.repeat(6 * MIB) } });
  expect((await run(server, gzipSync(names))).body.detail).toContain('Header exceeds max size');
  const large = await send<Problem>(
    server,
    await zipOf({
      a: Buffer.from(crypto.getRandomValues(new Uint8Array(65_000))),
      b: Buffer.from(crypto.getRandomValues(new Uint8Array(65_000))),
    }),
  );
  expect(large.status).toBe(413);
  await server.kill('SIGTERM');
});

inBox('what was not used for longest makes room', async ({ box }) => {
  const server = await new Server(box, ['--no-keys'], configured(box, SMALL)).start();
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) {
    const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(40_000)));
    ids.push((await send(server, await tarOf({ name: 'main.py', text: bytes }))).body.id);
  }
  const has = async (id: string) => (await server.send('DELETE', `/v1/archives/${id}`)).status;
  expect(await Promise.all(ids.map(has))).toEqual([404, 204, 204]);
  await server.kill('SIGTERM');
});

describe('the work folder as an archive', () => {
  const code = `
import os
os.makedirs('out/deep')
open('out/deep/a.txt', 'w').write('deep')
open('out/run.sh', 'w').write('#!/bin/sh')
os.chmod('out/run.sh', 0o755)
os.symlink('/etc/passwd', 'out/link')
os.mkfifo('out/pipe')`;

  test.for(['tar', 'tar.gz', 'zip'])('as %s, without links', async (format, { server, box }) => {
    const { id } = await server.python(code);
    const answer = await server.fetch('GET', `/v1/executions/${id}/archive?format=${format}`);
    expect(answer.status).toBe(200);
    const path = join(box.folder, `all.${format}`);
    writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
    const folder = mkdtempSync(join(box.folder, 'unpacked-'));
    const unzip = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';
    if (format === 'zip') execFileSync('python3', ['-c', unzip, path, folder]);
    else execFileSync('tar', ['-xf', path, '-C', folder]);
    const names = execFileSync('find', ['.', '-type', 'f', '-o', '-type', 'l'], { cwd: folder });
    expect(names.toString().trim().split('\n').toSorted()).toEqual([
      './main.py',
      './out/deep/a.txt',
      './out/run.sh',
    ]);
    expect(readFileSync(join(folder, 'out/deep/a.txt'), 'utf8')).toBe('deep');
    // Python's zipfile sets no modes.
    const isKept = format === 'zip' || (statSync(join(folder, 'out/run.sh')).mode & 0o111) !== 0;
    expect(isKept).toBe(true);
  });

  test('of a folder, and of one that is not there', async ({ server, box }) => {
    const { id } = await server.python(code);
    const archive = `/v1/executions/${id}/archive`;
    const some = await server.fetch('GET', `${archive}?folder=out/deep&format=tar`);
    const path = join(box.folder, 'some.tar');
    writeFileSync(path, Buffer.from(await some.arrayBuffer()));
    expect(execFileSync('tar', ['-tf', path]).toString()).toBe('out/deep/a.txt\n');
    symlinkSync('/etc', join(box.home, 'executions', id, 'work', 'etc'));
    for (const folder of ['none', '../output', 'etc']) {
      const { status } = await server.send('GET', `${archive}?folder=${folder}`);
      expect([folder, status]).toEqual([folder, folder.startsWith('..') ? 400 : 404]);
    }
  });
});
