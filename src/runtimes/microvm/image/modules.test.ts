import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collectModules } from './modules.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-modules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const NEEDED = ['virtio_console', 'virtio_blk', 'squashfs', 'overlay', 'virtiofs', 'virtio_net'];

function write(name: string, depends: string): void {
  writeFileSync(join(folder, `${name}.ko`), `ELF\0license=GPL\0depends=${depends}\0name=${name}\0`);
}

test('each module comes after what it needs, and a kernel without the better ones says which', () => {
  NEEDED.forEach((name) => write(name, 'virtio,virtio-ring'));
  write('virtio_pci', 'virtio_ring');
  write('virtio', '');
  write('virtio_ring', 'virtio');
  write('virtio_balloon', 'virtio');
  const { modules, lacks } = collectModules(folder);
  const names = modules.map(({ name }) => name);
  expect(names.slice(0, 3)).toEqual(['virtio.ko', 'virtio_ring.ko', 'virtio_pci.ko']);
  expect(names).toContain('virtio_balloon.ko');
  expect(lacks).toEqual(['virtio_mem']);
});

test('a kernel that cannot do without is told of', () => {
  write('virtio_pci', '');
  expect(() => collectModules(folder)).toThrow(/no module virtio_console/);
});
