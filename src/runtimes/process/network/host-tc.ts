import { KeptTc } from './kept-tc.ts';

let shared: { readonly tc: KeptTc; users: number } | undefined;

/** The host's one kept `tc`, for the outer ends of all instances of this process. */
export function acquireHostTc(): KeptTc {
  shared ??= { tc: new KeptTc(), users: 0 };
  shared.users += 1;
  return shared.tc;
}

/** The last user ends it. */
export async function releaseHostTc(): Promise<void> {
  if (!shared) return;
  shared.users -= 1;
  if (shared.users > 0) return;
  const { tc } = shared;
  shared = undefined;
  await tc.close();
}
