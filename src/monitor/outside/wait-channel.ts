import type { WaitsFor } from '#model/outside.ts';

/**
 * What the kernel's functions wait for, by the beginning of their names; the first that fits. The
 * way for a process whose system calls may not be seen (Yama's ptrace_scope): /proc/PID/wchan needs
 * less. Names as of Linux 4.19 to 6.18.
 */
const CHANNELS: readonly (readonly [RegExp, WaitsFor])[] = [
  [/^(do_wait|kernel_wait4|wait_for_vfork)/, 'child'],
  [/^(hrtimer_nanosleep|do_nanosleep|do_sys_pause|pause|sigsuspend|do_sigtimedwait)/, 'timer'],
  [/^(futex_|do_futex|sem_|do_semtimedop|flock_|fcntl_setlk|locks_)/, 'lock'],
  [
    /^(sk_wait|wait_woken|inet_|tcp_|__skb_wait|__skb_recv|skb_wait|udp_|sock_|inet_csk)/,
    'network',
  ],
  [/^(unix_|pipe_|anon_pipe|wait_for_partner|fifo_|msg|do_msgrcv|wq_sleep)/, 'pipe'],
  [/^(n_tty|tty_|wait_woken_tty)/, 'terminal'],
  [
    /^(folio_|wait_on_page|io_schedule|wait_on_buffer|bit_wait|jbd2_|blk_|submit_bio|rq_qos|ext4_|xfs_|btrfs_|nfs|balance_dirty|filemap_|mem_cgroup_oom)/,
    'disk',
  ],
];

/** `many` where descriptors are waited for that the name does not tell; undefined where nothing is told. */
export function waitChannel(name: string): WaitsFor | 'many' | undefined {
  if (name === '' || name === '0') return undefined;
  if (/^(do_poll|do_sys_poll|poll_schedule|do_select|core_sys_select|ep_poll|do_epoll)/.test(name))
    return 'many';
  return CHANNELS.find(([pattern]) => pattern.test(name))?.[1];
}
