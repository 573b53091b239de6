import { useSignal } from '@preact/signals';
import { messageOf } from '../api/polling.ts';
import { session, signIn } from '../api/session.ts';

export function SignIn() {
  const key = useSignal('');
  const failure = useSignal<string | undefined>(undefined);
  const { value } = session;
  const problem = failure.value ?? (value.kind === 'asking' ? value.problem : undefined);
  const submit = (event: Event): void => {
    event.preventDefault();
    failure.value = undefined;
    signIn(key.value.trim()).catch((error: unknown) => (failure.value = messageOf(error)));
  };
  return (
    <form class="card sign-in" onSubmit={submit}>
      <h1 tabIndex={-1}>Sign in</h1>
      <p class="soft">
        This server asks for an API key. You see the executions of the tenant that the key belongs
        to. Make one where the server runs:
      </p>
      <pre>limber key create --scopes run,steer,read</pre>
      <label>
        API key
        <input
          type="password"
          autocomplete="off"
          required
          value={key.value}
          onInput={(event) => (key.value = event.currentTarget.value)}
        />
        <small>Kept in this tab alone, until you close it or sign out.</small>
      </label>
      <div role="alert">{problem !== undefined && <p class="banner bad">{problem}</p>}</div>
      <button type="submit" class="primary">
        Sign in
      </button>
    </form>
  );
}
