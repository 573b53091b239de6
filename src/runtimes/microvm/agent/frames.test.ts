import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameReader } from './frames.ts';

const FIRST = encodeFrame('H', 'greeting');

test('frames arrive as they were sent, however they are cut, behind what was meant for another', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(payloads, cuts, fc.uint8Array({ maxLength: 50 }), (sent, sizes, before) => {
      const frames = sent.map((payload) => encodeFrame('M', Buffer.from(payload)));
      const bytes = Buffer.concat([Buffer.from(before), FIRST, ...frames]);
      const reader = new FrameReader(FIRST);
      const got: Buffer[] = [];
      for (let at = 0, cut = 0; at < bytes.length; cut++) {
        const size = sizes[cut % sizes.length]!;
        for (const { payload } of reader.feed(bytes.subarray(at, at + size)) ?? [])
          got.push(Buffer.from(payload));
        at += size;
      }
      const expected = [Buffer.from('greeting'), ...sent.map((payload) => Buffer.from(payload))];
      expect(Buffer.concat(got)).toEqual(Buffer.concat(expected));
      expect(got).toHaveLength(expected.length);
    }),
  );
});

test('a length beyond all bounds is no frame', () => {
  const reader = new FrameReader(FIRST);
  reader.feed(FIRST);
  expect(reader.feed(Buffer.from([0x53, 0xff, 0xff, 0xff, 0x7f]))).toBeUndefined();
});
