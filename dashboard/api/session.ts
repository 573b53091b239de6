import { signal } from '@preact/signals';
import { LimberClient, LimberProblem, LimberUnreachable } from '#client/index.ts';

const KEY = 'limber.key';

export type Session =
  | { readonly kind: 'opening' }
  /** It needs a key; `problem` says why the last one was not taken. */
  | { readonly kind: 'asking'; readonly problem: string | undefined }
  | { readonly kind: 'open'; readonly client: LimberClient; readonly hasKey: boolean };

export const session = signal<Session>({ kind: 'opening' });
/** False from a request that nobody answered until one is answered. */
export const isReachable = signal(true);

/** With the key of this tab, or without any where the server asks for none. */
export async function openSession(): Promise<void> {
  const key = sessionStorage.getItem(KEY) ?? undefined;
  for (;;) {
    try {
      await enter(key, undefined);
      return;
    } catch (error) {
      if (!isUnreachable(error)) return ask(String(error));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** Keeps the key until the tab is closed. */
export function signIn(key: string): Promise<void> {
  return enter(
    key,
    'That key is not known here. Keys begin with "lk_" and are shown once, by limber key create.',
  );
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
  ask(undefined);
}

async function enter(key: string | undefined, refused: string | undefined): Promise<void> {
  const client = new LimberClient({
    url: location.origin,
    apiKey: key,
    retries: 0,
    fetch: watchedFetch,
  });
  try {
    await client.node.get();
  } catch (error) {
    if (!(error instanceof LimberProblem)) throw error;
    sessionStorage.removeItem(KEY);
    const isKeyMissing = error.code === 'key-missing';
    return ask(
      isKeyMissing ? undefined : error.status === 401 ? (refused ?? error.detail) : error.detail,
    );
  }
  if (key !== undefined) sessionStorage.setItem(KEY, key);
  session.value = { kind: 'open', client, hasKey: key !== undefined };
}

function ask(problem: string | undefined): void {
  session.value = { kind: 'asking', problem };
}

/** The client of a session that is open. */
export function client(): LimberClient {
  const { value } = session;
  if (value.kind !== 'open') throw new Error('nobody is signed in');
  return value.client;
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof LimberUnreachable;
}

async function watchedFetch(...args: Parameters<typeof fetch>): Promise<Response> {
  try {
    const response = await fetch(...args);
    isReachable.value = true;
    // A key may be revoked at any time.
    if (response.status === 401 && session.value.kind === 'open') signOut();
    return response;
  } catch (error) {
    if (!(error instanceof DOMException)) isReachable.value = false;
    throw error;
  }
}
