import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adoptInstanceNetwork, createInstanceNetwork } from './create.ts';
import { writeLease } from './lease-file.ts';
import {
  SKIP_REASON,
  ended,
  firstLine,
  hostState,
  makeRuntimeFolder,
  run,
  until,
} from './network-testbed.ts';
import { sweepNetwork } from './sweep.ts';

const PREFIX = `sweep-${process.pid}`;
const RATES = { ingressBitsPerSecond: 30e6, egressBitsPerSecond: 10e6 };
const EGRESS = { kind: 'egress', hostPorts: [9] } as const;

describe.skipIf(SKIP_REASON)(`sweep ${SKIP_REASON ?? ''}`, () => {
  let folder: Awaited<ReturnType<typeof makeRuntimeFolder>>;

  beforeEach(async () => {
    folder = await makeRuntimeFolder();
  });

  afterEach(async () => {
    await sweepNetwork(folder.path, () => false);
    await folder.remove();
  });

  test('what a killed controller left is removed, what lives is not', async () => {
    const live = await createInstanceNetwork({
      instanceId: `${PREFIX}-live`,
      rule: EGRESS,
      runtimeFolder: folder.path,
      ...RATES,
    });
    const controller = startController([`${PREFIX}-a`, `${PREFIX}-b`]);
    const interfaces = JSON.parse(await firstLine(controller)) as string[];
    controller.kill('SIGKILL');
    await ended(controller);
    expect(hostState(PREFIX).namespaces).toHaveLength(3);
    const swept = await sweepNetwork(folder.path, (id) => id === `${PREFIX}-live`);
    expect(swept).toEqual({ removed: [`${PREFIX}-a`, `${PREFIX}-b`], failed: [] });
    expect(hostState(PREFIX).namespaces).toEqual([expect.stringContaining(`${PREFIX}-live`)]);
    for (const name of interfaces) expectNoTraceOf(name);
    expect(run('nft', ['list', 'table', 'inet', 'limber'])).toContain(`"${live.hostInterface}"`);
    expect(await sweepNetwork(folder.path, (id) => id === `${PREFIX}-live`)).toEqual({
      removed: [],
      failed: [],
    });
    await live.close();
    expectNoTraceOf(live.hostInterface);
    expect(readdirSync(join(folder.path, 'network'))).toEqual([]);
  });

  test('an instance whose controller was killed can be adopted, with its rates', async () => {
    const controller = startController([`${PREFIX}-c`]);
    const [hostInterface] = JSON.parse(await firstLine(controller)) as [string];
    controller.kill('SIGKILL');
    await ended(controller);
    const adopted = await adoptInstanceNetwork(folder.path, `${PREFIX}-c`);
    expect(adopted?.hostInterface).toBe(hostInterface);
    expect(adopted?.rates()).toEqual(RATES);
    const raised = { ingressBitsPerSecond: 60e6, egressBitsPerSecond: 20e6 };
    expect(await adopted?.setRates(raised)).toEqual(raised);
    await adopted?.close();
    expect(hostState(PREFIX)).toEqual({ namespaces: [], links: [] });
    expect(await adoptInstanceNetwork(folder.path, `${PREFIX}-c`)).toBeUndefined();
  });

  test('a creation that fails half-way leaves nothing', async () => {
    const instanceId = `${PREFIX}-fail`;
    const options = { instanceId, rule: EGRESS, runtimeFolder: folder.path, ...RATES };
    const failing = createInstanceNetwork({ ...options, egressBitsPerSecond: NaN });
    await expect(failing).rejects.toThrow(/a rate of NaN/);
    expect(hostState(PREFIX)).toEqual({ namespaces: [], links: [] });
    expect(readdirSync(join(folder.path, 'network'))).toEqual([]);
    await (await createInstanceNetwork(options)).close();
  });

  test("a lease that names another instance's interface does not touch it", async () => {
    const owner = await createInstanceNetwork({
      instanceId: `${PREFIX}-owner`,
      rule: EGRESS,
      runtimeFolder: folder.path,
      ...RATES,
    });
    writeLease(folder.path, {
      instanceId: `${PREFIX}-thief`,
      netns: `limber-${PREFIX}-thief`,
      hostInterface: owner.hostInterface,
      handle: '1:',
      gateway: owner.gateway,
      address: owner.address,
      kind: 'egress',
      hostPorts: [],
      resolvers: [],
    });
    const swept = await sweepNetwork(folder.path, (id) => id === `${PREFIX}-owner`);
    expect(swept.removed).toEqual([`${PREFIX}-thief`]);
    expect(run('nft', ['list', 'table', 'inet', 'limber'])).toContain(
      `"${owner.hostInterface}" : goto outside`,
    );
    expect(await owner.setRates(RATES)).toEqual(RATES);
    await owner.close();
  });

  test('a folder without leases and one with a broken lease', async () => {
    expect(await sweepNetwork(join(folder.path, 'never-made'), () => false)).toEqual({
      removed: [],
      failed: [],
    });
    const live = await createInstanceNetwork({
      instanceId: `${PREFIX}-d`,
      rule: EGRESS,
      runtimeFolder: folder.path,
      ...RATES,
    });
    writeFileSync(join(folder.path, 'network', 'broken.json'), '{');
    const { removed, failed } = await sweepNetwork(folder.path, () => false);
    expect(removed).toEqual([`${PREFIX}-d`]);
    expect(failed).toMatchObject([{ instanceId: 'broken' }]);
    await live.close();
  });

  test('four processes create two networks each at once: all work, none shares an address', async () => {
    const controllers = [0, 1, 2, 3].map((n) =>
      startController([`${PREFIX}-p${n}x`, `${PREFIX}-p${n}y`]),
    );
    const interfaces = (await Promise.all(controllers.map(firstLine))).flatMap(
      (line) => JSON.parse(line) as string[],
    );
    expect(new Set(interfaces).size).toBe(8);
    const addresses = interfaces.map(
      (name) => run('ip', ['-br', 'address', 'show', 'dev', name]).trim().split(/\s+/)[2],
    );
    expect(new Set(addresses).size).toBe(8);
    for (const controller of controllers) controller.stdin!.end();
    await Promise.all(controllers.map(ended));
    expect(controllers.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    await until(
      () => interfaces.every((name) => !existsSync(`/sys/class/net/${name}`)),
      'all links to go',
    );
    expect(hostState(PREFIX)).toEqual({ namespaces: [], links: [] });
    for (const name of interfaces) expectNoTraceOf(name);
  }, 30_000);

  /** Another Limber process: creates, prints its interfaces, closes when its stdin ends. */
  function startController(instanceIds: readonly string[]): ChildProcess {
    const code = `const { createInstanceNetwork } = await import(${JSON.stringify(new URL('./create.ts', import.meta.url).href)});
      const networks = await Promise.all(${JSON.stringify(instanceIds)}.map((instanceId) => createInstanceNetwork({ instanceId, rule: ${JSON.stringify(EGRESS)}, runtimeFolder: ${JSON.stringify(folder.path)}, ...${JSON.stringify(RATES)} })));
      console.log(JSON.stringify(networks.map((network) => network.hostInterface)));
      process.stdin.on('end', () => Promise.all(networks.map((network) => network.close()))).resume();`;
    return spawn(
      process.execPath,
      ['--conditions=limber-source', '--input-type=module', '-e', code],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
  }
});

/** Another process may keep the table, but nothing in it names this interface any more. */
function expectNoTraceOf(hostInterface: string): void {
  expect(existsSync(`/sys/class/net/${hostInterface}`)).toBe(false);
  expect(run('nft', ['list', 'ruleset'])).not.toContain(`"${hostInterface}"`);
}
