import { expect, test } from 'vitest';
import { resolversFrom } from './resolv-conf.ts';

const UPSTREAM = 'nameserver 192.0.2.53\nnameserver 2001:db8::53\nsearch example.net\n';

test('the host servers are handed on with their search list', () => {
  const { servers, text } = resolversFrom(
    '# c\nsearch a b\nnameserver 192.0.2.1\noptions ndots:2',
    UPSTREAM,
  );
  expect(servers).toEqual(['192.0.2.1']);
  expect(text).toBe('nameserver 192.0.2.1\nsearch a b\noptions ndots:2\n');
});

test("systemd's stub is replaced by the servers behind it, IPv6 left out", () => {
  const { servers, text, problem } = resolversFrom(
    'nameserver 127.0.0.53\noptions edns0',
    UPSTREAM,
  );
  expect(servers).toEqual(['192.0.2.53']);
  expect(text).toBe('nameserver 192.0.2.53\nsearch example.net\n');
  expect(problem).toBeUndefined();
});

test('only loopback servers: the problem is named and no server is given', () => {
  const { servers, text, problem } = resolversFrom('nameserver 127.0.0.1\nnameserver ::1\n', '');
  expect(servers).toEqual([]);
  expect(text).not.toContain('nameserver');
  expect(problem).toContain('127.0.0.1, ::1 only');
  expect(resolversFrom('', '').problem).toContain('names no server');
});

test('never more than three servers', () => {
  const many = [1, 2, 3, 4].map((n) => `nameserver 192.0.2.${n}`).join('\n');
  expect(resolversFrom(many, '').servers).toHaveLength(3);
});
