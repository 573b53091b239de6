/** World-readable program folders. /nix/store and /gnu/store take their place on some systems. */
export const SYSTEM_FOLDERS = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt'],
  ...['/nix/store', '/gnu/store'],
];
