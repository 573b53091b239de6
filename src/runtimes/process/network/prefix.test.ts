import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressToNumber, numberToAddress, parsePrefix, prefixesOverlap } from './prefix.ts';

test('addresses survive the way to a number and back', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), (value) => {
      expect(addressToNumber(numberToAddress(value))).toBe(value);
    }),
  );
  expect(addressToNumber('10.0.0.1')).toBe(167772161);
});

test.each([
  ['10.0.0.0/8', '10.213.0.0/16', true],
  ['10.213.4.0/24', '10.213.0.0/16', true],
  ['10.212.255.255/32', '10.213.0.0/16', false],
  ['192.168.0.0/16', '10.213.0.0/16', false],
  ['0.0.0.0/0', '10.213.0.0/16', true],
])('%s and %s overlap: %s', (a, b, overlap) => {
  expect(prefixesOverlap(parsePrefix(a), parsePrefix(b))).toBe(overlap);
  expect(prefixesOverlap(parsePrefix(b), parsePrefix(a))).toBe(overlap);
});
