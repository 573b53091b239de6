import type { Signal } from '@preact/signals';
import { POLICY_NAMES } from '#model/constraints.ts';
import { FIELDS, type BasePolicy } from './fields.ts';

export type Draft = {
  readonly name: string;
  readonly base: BasePolicy;
  readonly settings: Readonly<Record<string, string>>;
  /** Of what is edited; undefined: a new one. */
  readonly version: number | undefined;
};

type Props = {
  readonly draft: Signal<Draft>;
  readonly onSave: () => void;
  readonly onDelete: () => void;
};

/** A built-in policy with thresholds and factors of one's own. */
export function PolicyForm({ draft, onSave, onDelete }: Props) {
  const { name, base, settings, version } = draft.value;
  const change = (part: Partial<Draft>): void => void (draft.value = { ...draft.value, ...part });
  const save = (event: Event): void => {
    event.preventDefault();
    onSave();
  };
  return (
    <form class="card" aria-label="Policy" onSubmit={save}>
      <header>
        <h2>{version === undefined ? 'New policy' : `${name}, version ${version}`}</h2>
        <div class="row">
          {version !== undefined && (
            <button type="button" class="danger" onClick={onDelete}>
              Delete
            </button>
          )}
          <button type="submit" class="primary">
            Save
          </button>
        </div>
      </header>
      <div class="body">
        <div class="form">
          <label>
            Name
            <input
              required
              pattern="[a-z][a-z0-9\-]*"
              title="small letters, digits and hyphens"
              placeholder="nightly"
              disabled={version !== undefined}
              value={name}
              onInput={({ currentTarget }) => change({ name: currentTarget.value })}
            />
          </label>
          <label>
            Made of
            <select
              value={base}
              onChange={({ currentTarget }) =>
                change({ base: currentTarget.value as BasePolicy, settings: {} })
              }
            >
              {POLICY_NAMES.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        </div>
        {FIELDS[base].length === 0 ? (
          <p class="soft">There is nothing to set in it.</p>
        ) : (
          <div class="form">
            {FIELDS[base].map(({ key, text, usual }) => (
              <label key={key}>
                {text}
                <input
                  placeholder={usual}
                  value={settings[key] ?? ''}
                  onInput={({ currentTarget }) =>
                    change({ settings: withSetting(settings, key, currentTarget.value.trim()) })
                  }
                />
              </label>
            ))}
          </div>
        )}
      </div>
    </form>
  );
}

/** Empty: as it is configured. */
function withSetting(settings: Draft['settings'], key: string, value: string): Draft['settings'] {
  const { [key]: _, ...others } = settings;
  return value === '' ? others : { ...others, [key]: value };
}
