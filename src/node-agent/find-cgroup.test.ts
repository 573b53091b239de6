import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findCgroup } from './find-cgroup.ts';

const UID = '0c9d3a52-8f1e-4a6b-9d5e-2b1f3c4d5e6f';
const ID = '5d1e0c7a9b';
const mount = mkdtempSync(join(tmpdir(), 'limber-cgroups-'));

afterEach(() => rmSync(mount, { recursive: true, force: true }));

test.each([
  ['cgroupfs', '', `kubepods/burstable/pod${UID}`, ID],
  ['cgroupfs, guaranteed', '', `kubepods/pod${UID}`, ID],
  ['cgroupfs below a root', '/k8s', `kubepods/besteffort/pod${UID}`, ID],
  [
    ...['systemd', ''],
    `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice`,
    `cri-containerd-${ID}.scope`,
  ],
  [
    ...['systemd, guaranteed', ''],
    `kubepods.slice/kubepods-pod${UID.replaceAll('-', '_')}.slice`,
    `crio-${ID}.scope`,
  ],
] as const)('a container is found where a kubelet puts it: %s', (_, root, pod, name) => {
  expect(findCgroup({ mount, root }, UID, ID)).toBeUndefined();
  mkdirSync(`${mount}${root}/${pod}/another`, { recursive: true });
  mkdirSync(`${mount}${root}/${pod}/${name}`);
  const podFolder = `${mount}${root}/${pod}`;
  const found = { version: 2, podFolder, folder: `${podFolder}/${name}` };
  expect(findCgroup({ mount, root }, UID, ID)).toEqual(found);
});
