import { afterEach, expect, test } from 'vitest';
import { createInstanceNetwork } from './create.ts';
import { SKIP_REASON, hostState, makeRuntimeFolder } from './network-testbed.ts';
import { missingCapabilities } from './privileges.ts';
import { probeNetwork } from './probe.ts';
import { findTool } from './tool.ts';

const PATH = process.env['PATH'];

afterEach(() => {
  process.env['PATH'] = PATH;
});

test.skipIf(SKIP_REASON)('every part is tried for real and nothing stays', async () => {
  const checks = await probeNetwork();
  const parts = checks.filter(({ name }) => !/resolution|policy/.test(name));
  expect(parts.map(({ name, ok }) => `${name}: ${ok}`)).toEqual([
    'network tools: true',
    'network privileges: true',
    'network namespaces: true',
    'network veth pairs: true',
    'network shaper (tbf): true',
    'network firewall and NAT (nftables): true',
  ]);
  expect(hostState('limber-probe-').namespaces).toEqual([]);
});

test('a check that fails says what to do, one that does not has no hint', async () => {
  for (const { ok, detail, hint } of await probeNetwork()) {
    expect(detail).not.toBe('');
    expect(hint === '').toBe(ok);
  }
});

test('tools are found beside PATH too, where a login of an ordinary user does not look', () => {
  process.env['PATH'] = '/nonexistent';
  expect(findTool('sh')).toBe('/usr/bin/sh');
  expect(findTool('limber-has-no-such-tool')).toBeUndefined();
});

test('missing capabilities are read from the kernel', () => {
  expect(missingCapabilities('CapEff:\t000001ffffffffff\n')).toEqual([]);
  expect(missingCapabilities('CapEff:\t0000000000200000\n')).toEqual(['CAP_NET_ADMIN']);
  expect(missingCapabilities('CapEff:\t0000000000000000\n')).toEqual([
    'CAP_NET_ADMIN',
    'CAP_SYS_ADMIN',
  ]);
});

test.skipIf(SKIP_REASON)('nonsense is refused before anything exists', async () => {
  const folder = await makeRuntimeFolder();
  const options = {
    instanceId: 'ok',
    rule: { kind: 'egress', hostPorts: [] },
    ingressBitsPerSecond: 1e6,
    egressBitsPerSecond: 1e6,
    runtimeFolder: folder.path,
  } as const;
  await expect(createInstanceNetwork({ ...options, instanceId: '../x' })).rejects.toThrow(
    /no instance id/,
  );
  await expect(
    createInstanceNetwork({ ...options, rule: { kind: 'none', hostPorts: [] } }),
  ).rejects.toThrow(/rule gives none/);
  await expect(
    createInstanceNetwork({ ...options, rule: { kind: 'none', hostPorts: [70000] } }),
  ).rejects.toThrow(/no port/);
  await folder.remove();
});
