export type HardeningOptions = {
  /** The caller has entered the instance's network namespace already. */
  readonly shareNetwork: boolean;
  /** False for bubblewrap before 0.8, which does not know --disable-userns. */
  readonly canDisableUserNamespaces?: boolean;
};

const INSIDE_ID = '1000';

/** Everything of bubblewrap's that is not about files. */
export function hardening({
  shareNetwork,
  canDisableUserNamespaces = true,
}: HardeningOptions): string[] {
  return [
    ...['--unshare-user', '--uid', INSIDE_ID, '--gid', INSIDE_ID],
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(shareNetwork ? [] : ['--unshare-net']),
    // A user namespace inside would hand its owner every capability over new namespaces.
    ...(canDisableUserNamespaces ? ['--disable-userns'] : []),
    ...['--hostname', 'limber', '--cap-drop', 'ALL'],
    // Without the caller's terminal the program cannot type into it; Limber passes signals on.
    '--new-session',
    // The parent is the instance's own shim, not Limber: a program survives its controller.
    '--die-with-parent',
    '--clearenv',
  ];
}
