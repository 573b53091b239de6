import { readdirSync, readFileSync } from 'node:fs';
import type { PodRates } from '#runtimes/kubernetes/agent-bounds.ts';
import {
  MAX_SEGMENTS,
  parseTbf,
  tbfBitsPerSecond,
  tbfCommand,
  tbfFor,
} from '#runtimes/process/network/tbf.ts';
import { runTool } from '#runtimes/process/network/tool.ts';

const INNER = 'eth0';
const HANDLE = '11b:';

/**
 * Limits what a pod receives at the host's end of its veth, and what it sends at its own end, over
 * which it has no capability. Returns what the kernel reports then; throws what `ip` or `tc` said.
 * `processId` is one of the pod.
 */
export async function setPodRates(processId: number, rates: PodRates): Promise<PodRates> {
  const inside = [`--net=/proc/${processId}/ns/net`];
  const host = await hostEnd(inside);
  return {
    ingressBitsPerSecond: await shape([], host, rates.ingressBitsPerSecond),
    egressBitsPerSecond: await shape(inside, INNER, rates.egressBitsPerSecond),
  };
}

async function shape(
  inside: readonly string[],
  device: string,
  bitsPerSecond: number,
): Promise<number> {
  const tbf = tbfFor(bitsPerSecond);
  // Else a packet could be larger than the bucket, and never leave it (tbf.ts).
  const segments = `link set dev ${device} gso_max_segs ${MAX_SEGMENTS}`;
  await run('ip', inside, segments.split(' '));
  await run('tc', inside, tbfCommand(device, HANDLE, tbf).split(' '));
  const shown = await run('tc', inside, ['-s', '-j', 'qdisc', 'show', 'dev', device]);
  const got = parseTbf(shown)?.bitsPerSecond ?? Number.POSITIVE_INFINITY;
  if (got !== tbfBitsPerSecond(tbf.rateBytesPerSecond))
    throw new Error(`tc: ${device} reports ${got} bit/s`);
  return got;
}

/** Its number is what the pod's end is linked to. */
async function hostEnd(inside: readonly string[]): Promise<string> {
  const [link] = JSON.parse(await run('ip', inside, ['-j', 'link', 'show', 'dev', INNER])) as {
    readonly link_index?: number;
  }[];
  const root = '/sys/class/net';
  const found = readdirSync(root).find(
    (name) => Number(readFileSync(`${root}/${name}/ifindex`, 'latin1')) === link?.link_index,
  );
  if (found === undefined || link?.link_index === undefined)
    throw new Error(`no interface of this node is the other end of the pod's ${INNER}`);
  return found;
}

function run(
  tool: 'ip' | 'tc',
  inside: readonly string[],
  args: readonly string[],
): Promise<string> {
  if (inside.length === 0) return runTool({ tool, args });
  return runTool({ tool: 'nsenter', args: [...inside, '--', tool, ...args] });
}
