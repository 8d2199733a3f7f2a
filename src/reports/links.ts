import type { Link } from '../store/links.ts';
import { csvLine } from './csv.ts';
import { count, plain, when } from './style.ts';
import type { Style } from './style.ts';
import { joined } from './views.ts';

/** The links of some targets, each read row by row. */
export type LinksOf = readonly { readonly name: string; readonly links: () => Iterable<Link> }[];

export function* linksText(targets: LinksOf, style: Style): Generator<string> {
  for (const { name, links } of targets) {
    let number = 0;
    for (const { key, remoteId, origin, state, active, since } of links()) {
      if (number++ === 0) yield style('bold', name);
      const how = state === 'invited' ? 'invited' : active ? 'on' : 'off';
      yield `  ${plain(key)}  ${plain(remoteId)}  ${origin}, ${how}, since ${when(since)}`;
    }
    yield number === 0 ? `${style('bold', name)}  nobody is linked` : `  ${count(number, 'account')}`;
  }
}

export function* linksJson(targets: LinksOf): Generator<string> {
  yield '{"targets":{';
  for (const [index, { name, links }] of targets.entries()) {
    yield `${index > 0 ? ',' : ''}${JSON.stringify(name)}:[`;
    yield* joined(shown(links()));
    yield ']';
  }
  yield '}}\n';
}

function* shown(links: Iterable<Link>): Generator<object> {
  for (const { since, ...link } of links) yield { ...link, since: new Date(since).toISOString() };
}

export function* linksCsv(targets: LinksOf): Generator<string> {
  yield csvLine(['target', 'key', 'remoteId', 'origin', 'state', 'active', 'since']);
  for (const { name, links } of targets)
    for (const { key, remoteId, origin, state, active, since } of links())
      yield csvLine([name, key, remoteId, origin, state, String(active), new Date(since).toISOString()]);
}
