import { expect, test } from 'vitest';
import { makeCertificate } from '#serve/tls/make-certificate.ts';
import { isDue } from './certificate.ts';

const HOUR = 3_600_000;

test('a certificate is renewed when a third of its time is left, and when it is none', async () => {
  const nowMs = Date.now();
  const { cert } = await makeCertificate(['limber.limber-system.svc'], nowMs, 90 * HOUR);
  expect(isDue(cert, nowMs, 90 * HOUR)).toBe(false);
  expect(isDue(cert, nowMs + 59 * HOUR, 90 * HOUR)).toBe(false);
  expect(isDue(cert, nowMs + 61 * HOUR, 90 * HOUR)).toBe(true);
  expect(isDue('not a certificate', nowMs, 90 * HOUR)).toBe(true);
});
