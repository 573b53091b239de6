import type { Signal } from '@preact/signals';
import { highlighted } from './highlight.ts';

/** A text area whose text is coloured by a copy of it that lies behind. Tab leaves it, as in any form. */
export function Editor({
  code,
  language,
}: {
  readonly code: Signal<string>;
  readonly language: string;
}) {
  return (
    <div class="editor">
      <pre
        aria-hidden="true"
        // The highlighter escapes what was typed.
        dangerouslySetInnerHTML={{ __html: `${highlighted(code.value, language)}\n` }}
      />
      <textarea
        aria-label="Code"
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        value={code.value}
        onInput={(event) => (code.value = event.currentTarget.value)}
      />
    </div>
  );
}
