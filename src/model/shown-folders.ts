/** Folders that Limber provides itself inside a sandbox; nobody can put anything else there. */
const PROVIDED = ['/proc', '/dev', '/sys'] as const;

/** Folders of the host that hold its secrets or its state; only chosen parts of them are shown. */
const NEVER_WHOLE = ['/', '/etc', '/run', '/boot', '/tmp', '/var/run', '/var/tmp'] as const;

/** True when a host folder must not be shown as it is, though the program was started in it. */
export function isNeverShownWhole(folder: string): boolean {
  return (NEVER_WHOLE as readonly string[]).includes(folder) || isProvided(folder);
}

/** True for /proc, /dev, /sys and everything below. */
export function isProvided(path: string): boolean {
  return PROVIDED.some((folder) => isInside(path, folder));
}

/** True when `path` is `folder` or lies below it; both normalised and absolute. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}
