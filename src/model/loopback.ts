const ADDRESSES = ['127.0.0.1', '::1', 'localhost'];
const NAMES = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Whether who listens at this address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return ADDRESSES.includes(host);
}

/** Whether a `Host` header names this machine by a name of its own: another may be somebody else's. */
export function namesLoopback(header: string | undefined): boolean {
  return NAMES.test(header ?? '');
}
