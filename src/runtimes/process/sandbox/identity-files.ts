import type { IDENTITY_FILES } from './system-view-etc.ts';

/** The program is an ordinary user inside; outside it is whoever runs Limber. */
const INSIDE_UID = 1000;

type Names = { readonly hostsEntries: readonly string[]; readonly resolvConf: string };
type IdentityFile = readonly [name: (typeof IDENTITY_FILES)[number], text: string];

/** The small part of /etc that is about an instance and not about the host; without a network all have the same. */
export function identityFiles(network?: Names): readonly IdentityFile[] {
  const hosts = ['127.0.0.1 localhost limber', '::1 localhost', ...(network?.hostsEntries ?? [])];
  return [
    [
      'passwd',
      `limber:x:${INSIDE_UID}:${INSIDE_UID}:limber:/work:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n`,
    ],
    ['group', `limber:x:${INSIDE_UID}:\nnogroup:x:65534:\n`],
    ['hostname', 'limber\n'],
    ['hosts', `${hosts.join('\n')}\n`],
    ['resolv.conf', network?.resolvConf ?? ''],
  ];
}
