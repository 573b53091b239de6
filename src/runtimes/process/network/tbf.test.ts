import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTbf, tbfBitsPerSecond, tbfCommand, tbfFor } from './tbf.ts';

/** 64 KiB of payload in 64 segments of 66 bytes of headers. */
const LARGEST_PACKET_BYTES = 65_536 + 64 * 66;

test('the bucket holds 10 ms and any packet, the queue 100 ms more', () => {
  expect(tbfFor(200e6)).toEqual({
    rateBytesPerSecond: 25e6,
    burstBytes: 250e3,
    limitBytes: 2_750_000,
  });
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), (bitsPerSecond) => {
      const { rateBytesPerSecond, burstBytes, limitBytes } = tbfFor(bitsPerSecond);
      expect(burstBytes).toBeGreaterThanOrEqual(
        Math.max(LARGEST_PACKET_BYTES, rateBytesPerSecond * 0.01),
      );
      expect(limitBytes - burstBytes).toBeGreaterThanOrEqual(LARGEST_PACKET_BYTES);
      expect(Math.abs(rateBytesPerSecond * 8 - Math.min(bitsPerSecond, 1e11))).toBeLessThanOrEqual(
        8,
      );
    }),
  );
});

test('Infinity is kept as a rate that no veth reaches', () => {
  expect(tbfBitsPerSecond(tbfFor(Infinity).rateBytesPerSecond)).toBe(Infinity);
  expect(tbfCommand('lmb1', '2:', tbfFor(Infinity))).toBe(
    'qdisc replace dev lmb1 root handle 2: tbf rate 12500000000bps burst 125000000 limit 141777216',
  );
});

test.each([NaN, 0, -1])('%s is no rate', (rate) => {
  expect(() => tbfFor(rate)).toThrow(/a rate of/);
});

test('an answer of tc is read, and one about another discipline is none', () => {
  const captured =
    '[{"kind":"tbf","handle":"1b:","root":true,"refcnt":3,"options":{"rate":2500000,"burst":25000,"lat":70000},"bytes":0,"packets":0,"drops":0,"overlimits":0,"requeues":0,"backlog":4096,"qlen":3}]';
  expect(parseTbf(captured)).toEqual({ handle: '1b:', bitsPerSecond: 20e6, backlogBytes: 4096 });
  expect(parseTbf('[{"kind":"noqueue","handle":"0:","root":true}]')).toBeUndefined();
  expect(parseTbf('[]')).toBeUndefined();
});
