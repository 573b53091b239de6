import { useSignal } from '@preact/signals';
import type { StoredPolicy } from '#client/index.ts';
import { messageOf, usePolling } from '../api/polling.ts';
import { client } from '../api/session.ts';
import { PolicyForm, type Draft } from '../policies/policy-form.tsx';
import { Preview } from '../policies/preview.tsx';

const EVERY_MS = 10_000;
const RECENT = 50;
const NEW: Draft = { name: '', base: 'threshold', settings: {}, version: undefined };

/** The tenant's own policies: edited here, tried on a recorded run, and saved. */
export function PoliciesPage() {
  const draft = useSignal<Draft>(NEW);
  const told = useSignal<{ readonly text: string; readonly isGood: boolean } | undefined>(
    undefined,
  );
  const changes = useSignal(0);
  const { value, problem } = usePolling(
    async (signal) => ({
      policies: await client().policies.list({ signal }),
      runs: (await client().executions.page({ state: 'ended', limit: RECENT, signal })).executions,
    }),
    EVERY_MS,
    [changes.value],
  ).value;
  const act = async (work: () => Promise<string>): Promise<void> => {
    try {
      told.value = { text: await work(), isGood: true };
      changes.value++;
    } catch (error) {
      told.value = { text: messageOf(error), isGood: false };
    }
  };
  const save = () =>
    act(async () => {
      const { name, base, settings, version } = draft.value;
      const body = { policy: base, settings };
      const stored = await client().policies.put(name, body, { ifVersion: version ?? 0 });
      draft.value = draftOf(stored);
      return `Saved as version ${stored.version}. Executions that begin from now on can use it: policy ${name}.`;
    });
  const remove = () =>
    act(async () => {
      const { name } = draft.value;
      await client().policies.delete(name);
      draft.value = NEW;
      return `${name} is deleted; what runs keeps it.`;
    });
  return (
    <>
      <h1 tabIndex={-1}>Policies</h1>
      {problem !== undefined && <p class="banner bad">{problem}</p>}
      <nav class="row" aria-label="Your policies">
        <button
          type="button"
          aria-pressed={draft.value.version === undefined}
          onClick={() => (draft.value = NEW)}
        >
          New
        </button>
        {(value?.policies ?? []).map((policy) => (
          <button
            key={policy.name}
            type="button"
            aria-pressed={draft.value.version !== undefined && draft.value.name === policy.name}
            onClick={() => (draft.value = draftOf(policy))}
          >
            {policy.name}
          </button>
        ))}
      </nav>
      <PolicyForm draft={draft} onSave={() => void save()} onDelete={() => void remove()} />
      <div role="status">
        {told.value && (
          <p class={`banner ${told.value.isGood ? 'good' : 'bad'}`}>{told.value.text}</p>
        )}
      </div>
      {value && (
        <Preview base={draft.value.base} settings={draft.value.settings} runs={value.runs} />
      )}
    </>
  );
}

function draftOf({ name, policy, settings = {}, version }: StoredPolicy): Draft {
  const texts = Object.entries(settings).map(([key, value]) => [key, String(value)]);
  return { name, base: policy, settings: Object.fromEntries(texts), version };
}
