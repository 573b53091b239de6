import { useSignal } from '@preact/signals';
import type { Foreseen } from '#client/index.ts';
import { messageOf } from '../api/polling.ts';
import { client } from '../api/session.ts';
import { Editor } from '../code/editor.tsx';
import { EXAMPLES } from '../code/examples.ts';
import { LANGUAGES, type CodeLanguage } from '../code/highlight.ts';
import { ForeseenCard } from '../run/foreseen-card.tsx';
import { OptionsFields, bodyOf, NO_OPTIONS } from '../run/submit-options.tsx';
import { go } from '../shell/route.ts';

const [FIRST] = EXAMPLES;

/** Code to be run: written here or taken from an example, with what it may have. */
export function NewPage() {
  const code = useSignal(FIRST!.code);
  const language = useSignal<CodeLanguage>(FIRST!.language);
  const options = useSignal(NO_OPTIONS);
  const foreseen = useSignal<Foreseen | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    problem.value = undefined;
    isBusy.value = true;
    try {
      await work();
    } catch (error) {
      problem.value = messageOf(error);
    }
    isBusy.value = false;
  };
  const body = () => ({ code: code.value, language: language.value, ...bodyOf(options.value) });
  const run = (event: Event): void => {
    event.preventDefault();
    void attempt(async () => {
      const { id } = await client().executions.create(body());
      go(`/executions/${id}`);
    });
  };
  const look = (): void =>
    void attempt(async () => void (foreseen.value = await client().executions.foresee(body())));
  const take = (name: string): void => {
    const example = EXAMPLES.find((one) => one.name === name);
    if (!example) return;
    code.value = example.code;
    language.value = example.language;
    foreseen.value = undefined;
  };
  return (
    <>
      <h1 tabIndex={-1}>Run code</h1>
      <form class="columns" onSubmit={run}>
        <section class="card" aria-label="Program">
          <header>
            <h2>Program</h2>
            <div class="row">
              <select aria-label="Example" onChange={(event) => take(event.currentTarget.value)}>
                {EXAMPLES.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
              <select
                aria-label="Language"
                value={language.value}
                onChange={(event) => (language.value = event.currentTarget.value as CodeLanguage)}
              >
                {LANGUAGES.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </div>
          </header>
          <div class="body">
            <Editor code={code} language={language.value} />
          </div>
        </section>
        <div class="stack">
          <section class="card" aria-label="How it is run">
            <header>
              <h2>How it is run</h2>
            </header>
            <div class="body">
              <OptionsFields options={options} />
              <div role="alert">
                {problem.value !== undefined && <p class="banner bad">{problem.value}</p>}
              </div>
              <div class="row">
                <button type="submit" class="primary" disabled={isBusy.value}>
                  Run
                </button>
                <button type="button" disabled={isBusy.value} onClick={look}>
                  What would it get?
                </button>
              </div>
            </div>
          </section>
          {foreseen.value && <ForeseenCard foreseen={foreseen.value} />}
        </div>
      </form>
    </>
  );
}
