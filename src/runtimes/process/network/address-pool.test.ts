import { expect, test } from 'vitest';
import { SLOT_COUNT, choosePool, isInstanceInterface, slotOf } from './address-pool.ts';
import { numberToAddress, parsePrefix } from './prefix.ts';

const route = (name: string, prefix: string) => ({ interface: name, prefix: parsePrefix(prefix) });
const chosen = (...args: Parameters<typeof choosePool>) =>
  numberToAddress(choosePool(...args).base);

test('a slot is a /30 with its own interface name and handle', () => {
  const pool = parsePrefix('10.213.0.0/16');
  expect(slotOf(5, pool)).toEqual({
    hostInterface: 'lmb5',
    handle: '6:',
    gateway: '10.213.0.21',
    address: '10.213.0.22',
  });
  expect(slotOf(SLOT_COUNT - 1, pool)).toMatchObject({
    hostInterface: 'lmb3fff',
    address: '10.213.255.254',
  });
  expect(isInstanceInterface('lmb3fff')).toBe(true);
  expect(isInstanceInterface('lmbr0')).toBe(false);
});

test('the pool avoids routes and resolvers of the host, not the default route nor its own', () => {
  expect(chosen([route('eth0', '0.0.0.0/0'), route('lmb3', '10.213.0.12/30')], [])).toBe(
    '10.213.0.0',
  );
  expect(chosen([route('tun0', '10.213.7.0/24')], [])).toBe('10.87.0.0');
  expect(chosen([], ['10.213.9.9', '10.87.0.1'])).toBe('10.171.0.0');
  expect(chosen([route('tun0', '10.0.0.0/8')], [])).toBe('198.18.0.0');
});

test('a host that routes everything away is told so', () => {
  const routes = [route('a', '10.0.0.0/8'), route('b', '198.18.0.0/15')];
  expect(() => choosePool(routes, [])).toThrow(/cover every private range/);
});
