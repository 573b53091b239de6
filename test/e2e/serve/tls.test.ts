import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { describe, expect } from 'vitest';
import { test, type Box } from '../box.ts';
import { until, type Limber } from '../limber.ts';

/** Not one of this machine's usual names, so that it counts as beyond it, and yet on its loopback. */
const BEYOND = '127.0.0.2';
const DAY_MS = 86_400_000;

type Made = { readonly certificate: string; readonly key: string };

async function makeCertificate(box: Box, name: string, endsInDays = 30): Promise<Made> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 60 * DAY_MS),
    notAfterDate: new Date(Date.now() + endsInDays * DAY_MS),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: BEYOND }] }],
  });
  const paths = {
    certificate: join(box.folder, `${name}.pem`),
    key: join(box.folder, `${name}.key`),
  };
  writeFileSync(paths.certificate, made.cert);
  writeFileSync(paths.key, made.private);
  return paths;
}

async function serve(
  box: Box,
  ...args: readonly string[]
): Promise<{ limber: Limber; url: string }> {
  const limber = box.start(['serve', '--port', '0', '--log-level', 'warn', ...args]);
  await limber.prints('\n');
  return { limber, url: limber.stdout.trim() };
}

/** Trusts this certificate alone. */
function ask(url: string, certificate: string) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    readonly status: number | undefined;
    readonly headers: IncomingMessage['headers'];
    readonly fingerprint: string;
  }>();
  const request = get(
    `${url}/healthz`,
    { ca: readFileSync(certificate), agent: false },
    (answer) => {
      const { fingerprint256 } = (answer.socket as TLSSocket).getPeerCertificate();
      answer.resume();
      resolve({ status: answer.statusCode, headers: answer.headers, fingerprint: fingerprint256 });
    },
  );
  request.once('error', reject);
  return promise;
}

async function end(limber: Limber): Promise<void> {
  limber.child.kill('SIGTERM');
  expect((await limber.ended).exitCode).toBe(0);
}

test('a certificate of its own is made once, and is good for this machine', async ({ box }) => {
  const fingerprints = new Set<string>();
  for (let time = 0; time < 2; time++) {
    const { limber, url } = await serve(box, '--tls-generate');
    expect(url).toMatch(/^https:/);
    const answer = await ask(url, join(box.home, 'tls', 'certificate.pem'));
    expect(answer.status).toBe(200);
    expect(answer.headers['strict-transport-security']).toBe(undefined);
    fingerprints.add(answer.fingerprint);
    await expect(fetch(url.replace('https', 'http'))).rejects.toThrow();
    await end(limber);
  }
  expect(fingerprints.size).toBe(1);
});

test('a given certificate is read again on SIGHUP, and kept while the new one is wrong', async ({
  box,
}) => {
  const [one, other] = [await makeCertificate(box, 'one'), await makeCertificate(box, 'other')];
  const files = ['--tls-cert', one.certificate, '--tls-key', one.key];
  const { limber, url } = await serve(box, '--host', BEYOND, ...files);
  const first = await ask(url, one.certificate);
  expect(first.headers['strict-transport-security']).toMatch(/max-age=\d+/);
  writeFileSync(one.certificate, 'nonsense');
  limber.child.kill('SIGHUP');
  await until(() => limber.stderr.includes('stays as it was'));
  writeFileSync(one.certificate, readFileSync(other.certificate));
  writeFileSync(one.key, readFileSync(other.key));
  limber.child.kill('SIGHUP');
  await until(() => limber.stderr.includes('read the certificate again'));
  const second = await ask(url, other.certificate);
  expect(second.fingerprint).not.toBe(first.fingerprint);
  await end(limber);
});

describe('what it cannot serve with is told', () => {
  const CASES = [
    ['a file that is not there', /missing\.pem: it cannot be read \(ENOENT\)/],
    ['nonsense', /nonsense\.pem: it is none in PEM/],
    ['the key of another', /belongs to another certificate/],
    ['one that has expired', /it expired at/],
    ['a certificate without its key', /no private key was given/],
    ['a given one and one of its own', /one was to be generated/],
  ] as const;
  test.for(CASES)('%s', async ([what, problem], { box }) => {
    const good = await makeCertificate(box, 'good');
    const pair = (certificate: string, key: string) => [
      '--tls-cert',
      certificate,
      '--tls-key',
      key,
    ];
    const nonsense = join(box.folder, 'nonsense.pem');
    writeFileSync(nonsense, 'nonsense');
    const args = {
      'a file that is not there': pair(join(box.folder, 'missing.pem'), good.key),
      nonsense: pair(nonsense, good.key),
      'the key of another': pair(good.certificate, (await makeCertificate(box, 'other')).key),
      'one that has expired': pair(
        (await makeCertificate(box, 'old', -1)).certificate,
        join(box.folder, 'old.key'),
      ),
      'a certificate without its key': ['--tls-cert', good.certificate],
      'a given one and one of its own': ['--tls-generate', ...pair(good.certificate, good.key)],
    }[what];
    const { exitCode, stderr } = await box.limber(['serve', '--port', '0', ...args]);
    expect([exitCode, stderr]).toEqual([78, expect.stringMatching(problem)]);
  });
});

test('beyond this machine it serves plain HTTP only when that was said', async ({ box }) => {
  const refused = await box.limber(['serve', '--port', '0', '--host', BEYOND]);
  expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('unencrypted')]);
  const open = await box.limber(['serve', '--port', '0', '--host', BEYOND, '--no-keys']);
  expect([open.exitCode, open.stderr]).toEqual([64, expect.stringContaining('Without keys')]);
  const { limber, url } = await serve(box, '--host', BEYOND, '--plain-http');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await end(limber);
  rmSync(join(box.home, 'tls'), { recursive: true, force: true });
});
