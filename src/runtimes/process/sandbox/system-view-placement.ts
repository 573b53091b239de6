/** One thing at one path inside the sandbox. */
export type Placement = { readonly guest: string } & (
  | {
      readonly kind: 'bind';
      readonly host: string;
      readonly writable: boolean;
      /** The host folder whose files it shows, where that is not `host`: the lower side of an overlay. */
      readonly shows?: string;
    }
  | { readonly kind: 'link'; readonly target: string }
  /** An empty folder that nobody can write to; unreadable where it hides something. */
  | { readonly kind: 'sealed'; readonly readable: boolean }
  /** An empty folder in memory for everybody. */
  | { readonly kind: 'scratch' }
  | { readonly kind: 'proc'; readonly writable: boolean }
  | { readonly kind: 'dev' }
);

export function readOnly(path: string, guest = path): Placement {
  return { kind: 'bind', host: path, guest, writable: false };
}
