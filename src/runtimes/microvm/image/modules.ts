import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { LimberError } from '#model/errors.ts';

/** What a guest drives: its bus, disk, network, memory, console and files. */
const WANTED = [
  'virtio_pci',
  'virtio_console',
  'virtio_blk',
  'squashfs',
  'overlay',
  'virtiofs',
  'virtio_net',
] as const;
/** A balloon does for want of the first; without either a machine keeps what it has. */
const BETTER = ['virtio_mem', 'virtio_balloon'] as const;

/** What a kernel offers: `lacks` names what a guest does without. */
export type KernelModules = {
  readonly modules: readonly KernelModule[];
  readonly lacks: readonly string[];
};

export type KernelModule = { readonly name: string; readonly content: Buffer };

/** The modules of a kernel that the guest loads, each after those that it needs. */
export function collectModules(kernelFolder: string): KernelModules {
  const paths = new Map(
    readdirSync(kernelFolder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ko'))
      .map((path) => [nameOf(path), `${kernelFolder}/${path}`]),
  );
  const found = new Map<string, Buffer>();
  const add = (name: string): void => {
    const path = paths.get(name);
    if (path === undefined) throw lacking(name);
    if (found.has(name)) return;
    const content = readFileSync(path);
    dependenciesOf(content).forEach(add);
    found.set(name, content);
  };
  WANTED.forEach(add);
  const lacks = BETTER.filter((name) => !paths.has(name));
  BETTER.filter((name) => paths.has(name)).forEach(add);
  return { modules: [...found].map(([name, content]) => ({ name: `${name}.ko`, content })), lacks };
}

/** Of the section .modinfo: strings that each end with a zero byte. Source: modinfo(8). */
export function dependenciesOf(module: Buffer): readonly string[] {
  const at = module.indexOf('\0depends=', 0, 'latin1');
  if (at < 0) return [];
  const start = at + '\0depends='.length;
  const text = module.toString('latin1', start, module.indexOf(0, start));
  return text.split(',').filter(Boolean).map(nameOf);
}

/** A file's dashes are underscores in the names that others know it by. */
function nameOf(path: string): string {
  return basename(path, '.ko').replaceAll('-', '_');
}

function lacking(name: string): LimberError {
  return new LimberError('image-build', {
    problem: `the kernel package has no module ${name}`,
    hint: 'Limber needs the cloud kernel of Debian 12 or newer.',
  });
}
