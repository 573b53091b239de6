import { signal } from '@preact/signals';

export type Route =
  | { readonly page: 'executions' | 'new' | 'node' | 'policies' | 'unknown' }
  | { readonly page: 'execution' | 'compare'; readonly id: string };

export const route = signal<Route>(read());

addEventListener('hashchange', () => (route.value = read()));

export function go(hash: string): void {
  location.hash = hash;
}

function read(): Route {
  const [page = '', id = ''] = location.hash.replace(/^#\/?/, '').split('/');
  if (page === '' || (page === 'executions' && id === '')) return { page: 'executions' };
  if (page === 'new' || page === 'node' || page === 'policies') return { page };
  if (page === 'executions') return { page: 'execution', id };
  if (page === 'compare' && id !== '') return { page: 'compare', id };
  return { page: 'unknown' };
}
