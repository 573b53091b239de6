import type { ServerResponse } from 'node:http';
import type { RequestFacts } from './request-facts.ts';
import { collectionOf, isOnNode, matches } from './collections.ts';
import type { Change, Store } from './store.ts';

/** Answers with changes, a line for each, until the client or the server ends it. */
export function openWatchAnswer(facts: RequestFacts, response: ServerResponse, store: Store): void {
  const collection = collectionOf(facts.url.pathname);
  const from = Number(facts.url.searchParams.get('resourceVersion') ?? store.version);
  const past = store.since(from);
  response.writeHead(200, { 'content-type': 'application/json' });
  const write = (type: string, object: unknown) =>
    response.write(`${JSON.stringify({ type, object })}\n`);
  if (!past || !collection) {
    const message = `too old resource version: ${from} (${store.version})`;
    write('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message });
    return void response.end();
  }
  const tell = ({ type, object }: Change): void => {
    const isAsked =
      object.kind === collection.kind &&
      (!collection.namespace || object.metadata.namespace === collection.namespace) &&
      matches(object, facts.url.searchParams.get('labelSelector')) &&
      isOnNode(object, facts.url.searchParams.get('fieldSelector'));
    if (isAsked) write(type, object);
  };
  for (const change of past) tell(change);
  response.flushHeaders();
  const stop = store.onChange(tell);
  response.on('close', stop);
}
