import { useEffect, useRef } from 'preact/hooks';
import { isReachable, session } from '../api/session.ts';
import { ComparePage } from '../pages/compare-page.tsx';
import { ExecutionPage } from '../pages/execution-page.tsx';
import { ExecutionsPage } from '../pages/executions-page.tsx';
import { NewPage } from '../pages/new-page.tsx';
import { NodePage } from '../pages/node-page.tsx';
import { PoliciesPage } from '../pages/policies-page.tsx';
import { route, type Route } from './route.ts';
import { SignIn } from './sign-in.tsx';
import { TopBar } from './top-bar.tsx';

export function Shell() {
  const { kind } = session.value;
  return (
    <div class="shell">
      <TopBar />
      <main id="main">
        <div aria-live="polite">
          {!isReachable.value && (
            <p class="banner warn">
              The server does not answer. What you see is from before; it goes on as soon as
              <code> limber serve</code> is back.
            </p>
          )}
        </div>
        {kind === 'opening' && <p class="soft">Opening…</p>}
        {kind === 'asking' && <SignIn />}
        {kind === 'open' && <Page />}
      </main>
    </div>
  );
}

function Page() {
  const shown = route.value;
  const first = useRef(true);
  const name = shown.page + ('id' in shown ? shown.id : '');
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('main h1');
    document.title = heading ? `${heading.textContent} · Limber` : 'Limber';
    // Who reads with a screen reader or the keyboard begins at the new page, not behind the link.
    if (!first.current) heading?.focus();
    first.current = false;
  }, [name]);
  return <>{pageOf(shown)}</>;
}

function pageOf(shown: Route) {
  switch (shown.page) {
    case 'executions':
      return <ExecutionsPage />;
    case 'new':
      return <NewPage />;
    case 'node':
      return <NodePage />;
    case 'policies':
      return <PoliciesPage />;
    case 'compare':
      return <ComparePage key={shown.id} id={shown.id} />;
    case 'execution':
      return <ExecutionPage key={shown.id} id={shown.id} />;
    default:
      return (
        <>
          <h1 tabIndex={-1}>Nothing here</h1>
          <p>
            There is no such page. <a href="#/">See all executions.</a>
          </p>
        </>
      );
  }
}
