import { useSignal } from '@preact/signals';
import type { Execution } from '#client/index.ts';
import { parseBytes, parseCpuCores } from '#model/quantities.ts';
import { messageOf } from '../api/polling.ts';
import { client } from '../api/session.ts';

type Told = { readonly text: string; readonly isGood: boolean };

/** What a person may say about a run: manual beats automatic. */
export function Steering({ execution }: { readonly execution: Execution }) {
  const { id, scaling } = execution;
  const told = useSignal<Told | undefined>(undefined);
  const mode = useSignal(scaling.mode ?? 'auto');
  const cpu = useSignal('');
  const memory = useSignal('');
  const priority = useSignal(String(scaling.priority ?? 50));
  const act = async (work: () => Promise<string>): Promise<void> => {
    try {
      told.value = { text: await work(), isGood: true };
    } catch (error) {
      told.value = { text: messageOf(error), isGood: false };
    }
  };
  const change = (to: 'auto' | 'locked') =>
    act(async () => {
      const { text } = await client().executions.changeScaling(id, { mode: to });
      mode.value = to;
      return text;
    });
  const resize = (event: Event): void => {
    event.preventDefault();
    void act(async () => {
      const { text, state } = await client().executions.resize(
        id,
        sizesOf(cpu.value, memory.value),
      );
      mode.value = 'locked';
      return `${state}: ${text}`;
    });
  };
  const rank = (event: Event): void => {
    event.preventDefault();
    void act(async () => {
      const asked = { priority: Number(priority.value) };
      return (await client().executions.changeScaling(id, asked)).text;
    });
  };
  const isLocked = mode.value === 'locked';
  return (
    <section class="card" aria-label="Steer">
      <header>
        <h2>Steer</h2>
        <div class="row">
          <button
            type="button"
            aria-pressed={isLocked}
            onClick={() => void change(isLocked ? 'auto' : 'locked')}
          >
            {isLocked ? 'Unlock size' : 'Lock size'}
          </button>
          <button
            type="button"
            class="danger"
            onClick={() =>
              void act(async () => {
                await client().executions.cancel(id);
                return 'It was asked to end.';
              })
            }
          >
            Cancel
          </button>
        </div>
      </header>
      <div class="body">
        <form class="form" onSubmit={resize}>
          <label>
            Cores
            <input
              value={cpu.value}
              placeholder="1.5"
              onInput={({ currentTarget }) => (cpu.value = currentTarget.value)}
            />
          </label>
          <label>
            Memory
            <input
              value={memory.value}
              placeholder="512Mi"
              onInput={({ currentTarget }) => (memory.value = currentTarget.value)}
            />
          </label>
          <button type="submit" disabled={cpu.value === '' && memory.value === ''}>
            Resize
          </button>
        </form>
        <form class="form" onSubmit={rank}>
          <label>
            Priority, 0 to 100
            <input
              type="number"
              min="0"
              max="100"
              required
              value={priority.value}
              onInput={({ currentTarget }) => (priority.value = currentTarget.value)}
            />
          </label>
          <button type="submit">Set priority</button>
        </form>
        <p class="small soft">A size that is set by hand stays until it is unlocked.</p>
        <div role="status">
          {told.value && (
            <p class={`banner ${told.value.isGood ? 'good' : 'bad'}`}>{told.value.text}</p>
          )}
        </div>
      </div>
    </section>
  );
}

function sizesOf(cpu: string, memory: string) {
  return {
    ...(cpu !== '' && { cpuCores: parseCpuCores(cpu, 'Cores') }),
    ...(memory !== '' && { memoryBytes: parseBytes(memory, 'Memory') }),
  };
}
