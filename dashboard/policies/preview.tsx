import { useSignal } from '@preact/signals';
import type { Curve, ListedExecution } from '#client/index.ts';
import { messageOf } from '../api/polling.ts';
import { client } from '../api/session.ts';
import { ReplayView } from '../replay/replay-view.tsx';
import { titleOf } from '../run/words.ts';
import type { BasePolicy } from './fields.ts';

type Props = {
  readonly base: BasePolicy;
  readonly settings: Readonly<Record<string, string>>;
  readonly runs: readonly ListedExecution[];
};

const NAMES = ['as it happened', 'without your settings', 'with your settings'];

/** What the settings would have done with a run that was recorded, before they are saved. */
export function Preview({ base, settings, runs }: Props) {
  const id = useSignal('');
  const curves = useSignal<readonly Curve[] | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const chosen = id.value === '' ? (runs[0]?.id ?? '') : id.value;
  const look = async (): Promise<void> => {
    problem.value = undefined;
    isBusy.value = true;
    try {
      const policies = [{ policy: base }, { policy: base, settings }];
      curves.value = await client().executions.replay(chosen, { policies });
    } catch (error) {
      problem.value = messageOf(error);
    }
    isBusy.value = false;
  };
  if (runs.length === 0)
    return (
      <p class="card body soft">
        Once a run has ended, what you set can be tried on it here.{' '}
        <a href="#/new">Run an example.</a>
      </p>
    );
  return (
    <>
      <section class="card" aria-label="Preview">
        <header>
          <h2>Preview on a recorded run</h2>
          <div class="row">
            <select
              aria-label="Recorded run"
              value={chosen}
              onChange={({ currentTarget }) => (id.value = currentTarget.value)}
            >
              {runs.map((run) => (
                <option key={run.id} value={run.id}>
                  {titleOf(run).slice(0, 40)}
                </option>
              ))}
            </select>
            <button type="button" disabled={isBusy.value} onClick={() => void look()}>
              {isBusy.value ? 'Replaying…' : 'Preview'}
            </button>
          </div>
        </header>
        <div role="alert">
          {problem.value !== undefined && <p class="banner bad">{problem.value}</p>}
        </div>
        {!curves.value && (
          <p class="body soft">See what your settings would have done before you save them.</p>
        )}
      </section>
      {curves.value && <ReplayView curves={curves.value} names={NAMES} />}
    </>
  );
}
