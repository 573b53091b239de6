import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstanceNetwork } from './create.ts';
import {
  SKIP_REASON,
  ended,
  firstLine,
  hostState,
  makeRuntimeFolder,
  programIn,
  run,
  tryConnect,
  until,
} from './network-testbed.ts';
import type { InstanceNetwork } from './types.ts';

const PREFIX = `iso-${process.pid}`;
const RATES = { ingressBitsPerSecond: 100e6, egressBitsPerSecond: 100e6 };
const WORLD = `${PREFIX}-world`;
const WORLD_LINK = `lw${process.pid % 100_000_000}`;
/** Documentation addresses (RFC 5737); the world has no route back to any instance. */
const WORLD_ADDRESS = '203.0.113.2';
const HOST_IN_WORLD = '203.0.113.1';

describe.skipIf(SKIP_REASON)(`isolation ${SKIP_REASON ?? ''}`, () => {
  let folder: Awaited<ReturnType<typeof makeRuntimeFolder>>;
  let open: InstanceNetwork;
  let neighbour: InstanceNetwork;
  let shut: InstanceNetwork;
  let hostServer: Server;
  let worldServer: ReturnType<typeof programIn>;
  let hostPort: number;
  let forwardingBefore: string;

  beforeAll(async () => {
    folder = await makeRuntimeFolder();
    worldServer = startWorld();
    expect(await firstLine(worldServer)).toBe('listening');
    forwardingBefore = forwarding('default');
    hostServer = createServer((socket) => socket.end(`host saw ${socket.remoteAddress}`));
    hostServer.listen(0, '0.0.0.0');
    await once(hostServer, 'listening');
    hostPort = (hostServer.address() as AddressInfo).port;
    const runtimeFolder = folder.path;
    const egress = { kind: 'egress', hostPorts: [] } as const;
    [open, neighbour, shut] = await Promise.all([
      createInstanceNetwork({
        instanceId: `${PREFIX}-open`,
        rule: egress,
        runtimeFolder,
        ...RATES,
      }),
      createInstanceNetwork({
        instanceId: `${PREFIX}-next`,
        rule: egress,
        runtimeFolder,
        ...RATES,
      }),
      createInstanceNetwork({
        instanceId: `${PREFIX}-shut`,
        rule: { kind: 'none', hostPorts: [hostPort, hostPort] },
        runtimeFolder,
        ...RATES,
      }),
    ]);
  });

  afterAll(async () => {
    // Each of them may be missing when the preparation failed.
    worldServer.kill();
    await ended(worldServer);
    await Promise.all([open, neighbour, shut].map((network) => network?.close()));
    hostServer?.close();
    run('ip', ['netns', 'del', WORLD]);
    await folder.remove();
    await until(() => hostState(PREFIX).links.length === 0, 'no link to be left');
    expect(hostState(PREFIX)).toEqual({ namespaces: [], links: [] });
  });

  test('egress reaches the world through NAT, and only that', async () => {
    const seen = await firstLine(programIn(open.netnsPath, talk(WORLD_ADDRESS, 7000)));
    expect(seen).toBe(`world saw ${HOST_IN_WORLD}`);
    expect(await tryConnect(shut.netnsPath, WORLD_ADDRESS, 7000)).toBe('ENETUNREACH');
  });

  test('forwarding is on for the uplink, but not for the host as a whole', () => {
    expect(forwarding(WORLD_LINK)).toBe('1');
    expect(forwarding(open.hostInterface)).toBe('1');
    // As every new interface of this host: nothing was turned on for it.
    expect(forwarding(shut.hostInterface)).toBe(forwarding('default'));
  });

  test('the uplink forwards for instances only: the world cannot use the host as a router', async () => {
    run('ip', ['-n', WORLD, 'route', 'replace', 'default', 'via', HOST_IN_WORLD]);
    const code = `const s = require('node:net').connect({ host: '${open.address}', port: 7001 });
      s.on('connect', () => console.log('open')).on('error', (e) => console.log(e.code));
      setTimeout(() => { console.log('silence'); process.exit(); }, 700);`;
    const listener = programIn(
      open.netnsPath,
      `require('node:net').createServer().listen(7001, () => console.log('listening'))`,
    );
    expect(await firstLine(listener)).toBe('listening');
    expect(await firstLine(programIn(`/run/netns/${WORLD}`, code))).toBe('silence');
    listener.kill();
    await ended(listener);
  });

  test.each([
    ['the gateway', () => open.gateway],
    ["the host's address in the world", () => HOST_IN_WORLD],
    ["a neighbour's gateway", () => neighbour.gateway],
  ])('no port of the host answers at %s', async (_, address) => {
    expect(await tryConnect(open.netnsPath, address(), hostPort)).toBe('EHOSTUNREACH');
  });

  test('a neighbour and the metadata address are out of reach', async () => {
    const listener = programIn(
      neighbour.netnsPath,
      `require('node:net').createServer().listen(7001, () => console.log('listening'))`,
    );
    expect(await firstLine(listener)).toBe('listening');
    expect(await tryConnect(open.netnsPath, neighbour.address, 7001)).toBe('EHOSTUNREACH');
    expect(await tryConnect(open.netnsPath, '169.254.169.254', 80)).toBe('EHOSTUNREACH');
    expect(await tryConnect(shut.netnsPath, neighbour.address, 7001)).toBe('ENETUNREACH');
    listener.kill();
    await ended(listener);
  });

  test('a host port answers at host.limber.internal, other ports do not', async () => {
    expect(shut.hostsEntries).toEqual([`${shut.gateway} host.limber.internal`]);
    expect(await firstLine(programIn(shut.netnsPath, talk(shut.gateway, hostPort)))).toMatch(
      /^host saw .*127\.0\.0\.1$/,
    );
    expect(await tryConnect(shut.netnsPath, shut.gateway, 22)).toBe('EHOSTUNREACH');
    expect(await tryConnect(open.netnsPath, shut.gateway, hostPort)).toBe('EHOSTUNREACH');
    expect(shut.proxyCounts.acceptedTotal).toBe(1);
  });

  test('there is no IPv6 address but the loopback', () => {
    expect(
      run('ip', ['-n', `${PREFIX}-open`.replace(/^/, 'limber-'), '-6', '-br', 'address']).trim(),
    ).toMatch(/^lo\s+\S+\s+::1\/128\s*$/);
  });

  test("bytes are counted from the instance's point of view", () => {
    const count = (path: string) => Number(readFileSync(path, 'latin1'));
    expect(count(open.byteCounterPaths.ingress)).toBeGreaterThan(0);
    expect(count(open.byteCounterPaths.egress)).toBeGreaterThan(0);
  });

  test('with the last egress the uplink is as it was', async () => {
    await Promise.all([open, neighbour, shut].map((network) => network.close()));
    // Another process of this host may have an instance of its own; then the uplink stays open.
    if (run('nft', ['list', 'tables']).includes('inet limber')) return;
    expect(forwarding(WORLD_LINK)).toBe(forwardingBefore);
  });
});

function startWorld() {
  run(
    'ip',
    ['-batch', '-'],
    `netns add ${WORLD}
link add ${WORLD_LINK} type veth peer name eth0 netns ${WORLD}
link set dev ${WORLD_LINK} alias "${PREFIX}"
address add ${HOST_IN_WORLD}/30 dev ${WORLD_LINK}
link set dev ${WORLD_LINK} up
`,
  );
  run(
    'ip',
    ['-n', WORLD, '-batch', '-'],
    `link set dev lo up
address add ${WORLD_ADDRESS}/30 dev eth0
link set dev eth0 up
`,
  );
  return programIn(
    `/run/netns/${WORLD}`,
    `require('node:net').createServer((s) => s.end('world saw ' + s.remoteAddress + '\\n')).listen(7000, '0.0.0.0', () => console.log('listening'))`,
  );
}

function talk(host: string, port: number): string {
  return `const s = require('node:net').connect({ host: '${host}', port: ${port} });
    s.on('error', (e) => console.log(e.code));
    s.on('data', (d) => console.log(String(d).trim()));`;
}

function forwarding(name: string): string {
  return readFileSync(`/proc/sys/net/ipv4/conf/${name}/forwarding`, 'latin1').trim();
}
