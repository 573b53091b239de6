import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT = 'limber.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(dark.matches);

export const theme = signal<Theme>(kept());
/** Rises when the colours have changed: pictures on a canvas are drawn anew. */
export const paint = signal(0);

export function followTheme(): void {
  dark.addEventListener('change', () => (systemIsDark.value = dark.matches));
  effect(() => {
    const isDark = theme.value === 'dark' || (theme.value === 'system' && systemIsDark.value);
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
    localStorage.setItem(KEPT, theme.value);
    paint.value = paint.peek() + 1;
  });
}

function kept(): Theme {
  const text = localStorage.getItem(KEPT);
  return THEMES.find((name) => name === text) ?? 'system';
}
