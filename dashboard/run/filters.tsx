import type { Signal } from '@preact/signals';
import type { ListedExecution } from '#client/index.ts';

export type Filter = {
  readonly text: string;
  readonly state: ListedExecution['state'] | '';
  /** `name=value`. */
  readonly label: string;
};

const STATES = [
  ['', 'All states'],
  ['queued', 'Waiting'],
  ['running', 'Running'],
  ['ended', 'Ended'],
] as const;

export function Filters({ filter }: { readonly filter: Signal<Filter> }) {
  const change = (part: Partial<Filter>): void =>
    void (filter.value = { ...filter.value, ...part });
  return (
    <search class="filters">
      <input
        type="search"
        aria-label="Search by id, code or label"
        placeholder="Search id, code, label"
        value={filter.value.text}
        onInput={(event) => change({ text: event.currentTarget.value })}
      />
      <input
        aria-label="Label, as name=value"
        placeholder="Label: team=data"
        value={filter.value.label}
        onChange={(event) => change({ label: event.currentTarget.value.trim() })}
      />
      <select
        aria-label="State"
        value={filter.value.state}
        onChange={(event) => change({ state: event.currentTarget.value as Filter['state'] })}
      >
        {STATES.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </search>
  );
}
