/** What goes into an archive; names are relative, folders come before what is in them. */
export type CpioEntry =
  | { readonly kind: 'folder'; readonly name: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly mode: number;
      readonly content: Buffer;
    };

const FOLDER_MODE = 0o40755;
const FILE_TYPE = 0o100000;
const ALIGNMENT = 4;

/**
 * An initial file system as the kernel unpacks it, the same bytes for the same entries: no times, no
 * owners. Source: Documentation/driver-api/early-userspace/buffer-format.rst ("newc").
 */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const records = entries.map((entry, index) =>
    entry.kind === 'folder'
      ? record(index + 1, entry.name, FOLDER_MODE, Buffer.alloc(0))
      : record(index + 1, entry.name, FILE_TYPE | entry.mode, entry.content),
  );
  return Buffer.concat([...records, record(0, 'TRAILER!!!', 0, Buffer.alloc(0))]);
}

function record(inode: number, name: string, mode: number, content: Buffer): Buffer {
  const nameBytes = Buffer.from(`${name}\0`, 'latin1');
  // inode, mode, uid, gid, links, time, size, device (major, minor), special (major, minor), name, sum
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, nameBytes.length, 0];
  const header = Buffer.from(`070701${fields.map(hex8).join('')}`, 'latin1');
  return Buffer.concat([padded(Buffer.concat([header, nameBytes])), padded(content)]);
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, '0').toUpperCase();
}

function padded(bytes: Buffer): Buffer {
  const rest = bytes.length % ALIGNMENT;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(ALIGNMENT - rest)]);
}
