import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LaunchSpec } from '#model/launch.ts';
import { isNeverShownWhole } from '#model/shown-folders.ts';
import { writeProbeFiles } from '../../process/state-folder.ts';
import type { InstanceNetwork } from '../../process/network/types.ts';

const WORK = '/work';

/** A folder or file of the host, its name in the share, and its place inside. */
export type Shown = {
  readonly host: string;
  readonly name: string;
  readonly place: string;
  readonly mode: 'ro' | 'rw' | 'overlay';
};

/** The folder that the machine sees, and where the files about the launch are in it. */
export function shareFolder(stateFolder: string): string {
  return `${stateFolder}/share`;
}

export function shownIn({ view, probe }: LaunchSpec): readonly Shown[] {
  const shown: Omit<Shown, 'name'>[] = [
    ...currentFolder(view),
    ...view.mounts.map(({ host, guest, writable }) => ({
      host,
      place: guest,
      mode: writable ? ('rw' as const) : ('ro' as const),
    })),
    ...view.files.map((file) => ({ host: file, place: file, mode: 'ro' as const })),
    ...(probe ? [{ host: probe.folder, place: '/run/limber/probes', mode: 'ro' as const }] : []),
  ];
  return shown.map((one, index) => ({ ...one, name: `shown-${index}` }));
}

/** At /work as a view of its own, and at its place where it is worked in itself. */
function currentFolder(view: LaunchSpec['view']): Omit<Shown, 'name'>[] {
  const host = view.currentFolder;
  if (view.inPlace) return [{ host, place: WORK, mode: 'rw' }];
  if (isNeverShownWhole(host)) return [];
  if (view.writableCurrentFolder) return [{ host, place: host, mode: 'rw' }];
  return [{ host, place: WORK, mode: 'overlay' }];
}

export type GuestSettings = {
  readonly spec: LaunchSpec;
  readonly limitBytes: number;
  readonly maxMemoryBytes: number;
  readonly network: InstanceNetwork | undefined;
};

/** Everything about the launch that the agent reads, and empty places for what is shown. */
export function writeShare(stateFolder: string, given: GuestSettings): readonly Shown[] {
  const { spec } = given;
  const folder = shareFolder(stateFolder);
  mkdirSync(`${folder}/launch/etc`, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(`${folder}/launch/${name}`, text);
  const shown = shownIn(spec);
  for (const one of shown) makePlace(`${folder}/${one.name}`, one.host);
  write('argv', words(spec.argv));
  write('env', words(Object.entries(spec.env).map(([name, value]) => `${name}=${value}`)));
  write('settings', settingsText(given));
  write('mounts', mountLines(shown, spec));
  for (const [name, text] of Object.entries(identityFiles(given.network)))
    write(`etc/${name}`, text);
  if (spec.probe) writeProbeFiles(`${folder}/launch`, spec.probe);
  return shown;
}

function makePlace(path: string, host: string): void {
  if (statSync(host).isDirectory()) return void mkdirSync(path, { recursive: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}

function words(texts: readonly string[]): string {
  return texts.map((text) => `${text}\0`).join('');
}

function settingsText({ spec, limitBytes, maxMemoryBytes, network }: GuestSettings): string {
  const settings = {
    tmp_bytes: spec.tmpBytes,
    processes: spec.maxProcesses,
    memory_high: Math.floor(limitBytes),
    memory_max: Math.floor(maxMemoryBytes),
    folder: spec.view.workingFolder,
    input: spec.stdin === 'ignore' ? 0 : 1,
    probe: spec.probe ? 1 : 0,
    claim: spec.awaitsClaim ? 1 : 0,
    ...(spec.kept && { output_bytes: spec.kept.maxBytes + OVER_BYTES }),
    ...(network && { address: network.address }),
    ...(network && spec.network.kind === 'egress' && { gateway: network.gateway }),
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** So that whoever looks at the size can tell that there was more. */
export const OVER_BYTES = 512;

function mountLines(shown: readonly Shown[], spec: LaunchSpec): string {
  const etc = Object.keys(identityFiles(undefined)).map(
    (name) => `launch/etc/${name}\t/etc/${name}\tro\n`,
  );
  const probes = Object.keys(spec.probe?.files ?? {}).map(
    (name) => `launch/${name}\t/run/limber/${name}\tro\n`,
  );
  const folders = shown.map(({ name, place, mode }) => `${name}\t${place}\t${mode}\n`);
  return [...etc, ...folders, ...probes].join('');
}

function identityFiles(network: InstanceNetwork | undefined): Readonly<Record<string, string>> {
  const hosts = ['127.0.0.1 localhost limber', '::1 localhost', ...(network?.hostsEntries ?? [])];
  return {
    passwd: 'limber:x:0:0:limber:/work:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n',
    group: 'limber:x:0:\nnogroup:x:65534:\n',
    hostname: 'limber\n',
    hosts: `${hosts.join('\n')}\n`,
    'resolv.conf': network?.resolvConf ?? '',
  };
}
