import { expect, test } from 'vitest';
import { checkUrl, isPrivateAddress, publicLookup } from './addresses.ts';

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['0.0.0.0', true],
  ['10.0.0.1', true],
  ['172.16.0.1', true],
  ['172.15.255.255', false],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['100.64.0.1', true],
  ['100.128.0.1', false],
  ['169.254.169.254', true],
  ['224.0.0.1', true],
  ['255.255.255.255', true],
  ['93.184.216.34', false],
  ['::1', true],
  ['::', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:a00:1', true],
  ['::ffff:5db8:d822', false],
  ['64:ff9b::7f00:1', true],
  ['2002:7f00:1::', true],
  ['fc00::1', true],
  ['fe80::1', true],
  ['ff02::1', true],
  ['2606:2800:220:1::1', false],
] as const)('%s is private: %s', (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate);
});

test('an address is known however it is written', () => {
  for (const url of [
    'https://2130706433/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://[::ffff:127.0.0.1]/',
  ])
    expect(() => checkUrl(url, { allowsPrivate: false })).toThrow(/private network/);
  expect(checkUrl('https://example.com/a', { allowsPrivate: false }).hostname).toBe('example.com');
  expect(checkUrl('http://127.0.0.1/', { allowsPrivate: true }).port).toBe('');
});

test('a name is refused by where it leads', async () => {
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  publicLookup('localhost', {}, (error) => resolve(error));
  expect((await promise)?.message).toContain('an address of a private network');
});
