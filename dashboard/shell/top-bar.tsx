import iconUrl from '../icon.svg';
import { isReachable, session, signOut } from '../api/session.ts';
import { route } from './route.ts';
import { theme, THEMES, type Theme } from './theme.ts';

const LINKS = [
  { href: '#/', text: 'Executions', pages: ['executions', 'execution', 'compare'] },
  { href: '#/new', text: 'New', pages: ['new'] },
  { href: '#/node', text: 'Node', pages: ['node'] },
  { href: '#/policies', text: 'Policies', pages: ['policies'] },
] as const;

export function TopBar() {
  const { value } = session;
  return (
    <header class="top">
      <a class="brand" href="#/">
        <img src={iconUrl} alt="" /> Limber
      </a>
      <nav aria-label="Pages">
        {value.kind === 'open' &&
          LINKS.map(({ href, text, pages }) => (
            <a
              key={href}
              href={href}
              aria-current={pages.some((page) => page === route.value.page) ? 'page' : undefined}
            >
              {text}
            </a>
          ))}
      </nav>
      <div class="tools">
        <span class="link-state">
          <span class={`dot ${isReachable.value ? 'live' : 'lost'}`} />
          {isReachable.value ? 'Live' : 'Not connected'}
        </span>
        <select
          aria-label="Colours"
          value={theme.value}
          onChange={(event) => (theme.value = event.currentTarget.value as Theme)}
        >
          {THEMES.map((name) => (
            <option key={name} value={name}>
              {name[0]!.toUpperCase() + name.slice(1)}
            </option>
          ))}
        </select>
        {value.kind === 'open' && value.hasKey && (
          <button type="button" onClick={signOut}>
            Sign out
          </button>
        )}
      </div>
    </header>
  );
}
