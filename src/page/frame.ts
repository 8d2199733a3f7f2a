import { createHash } from 'node:crypto';
import { isGroupKind } from '../model/index.ts';
import type { Kind } from '../model/index.ts';
import { Html, address, markup } from './html.ts';
import type { Piece } from './html.ts';
import { icon, stylesheet } from './stylesheet.ts';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The files that a page asks for. Their names have the digest of what is in them, so that they may be kept for good. */
export const files = {
  style: {
    path: `/page-${digest(stylesheet).toString('hex').slice(0, 16)}.css`,
    text: stylesheet,
    type: 'text/css; charset=utf-8',
  },
  icon: { path: `/page-${digest(icon).toString('hex').slice(0, 16)}.svg`, text: icon, type: 'image/svg+xml' },
} as const;

/**
 * What a page may do: show itself, with its own style, and send its forms home. There is no script at all, neither ours nor
 * anybody else's, and no page of elsewhere can show it in a frame.
 */
export const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Who looks, as far as a page has to know: what they may do decides which buttons are there. */
export interface Viewer {
  readonly name: string;
  readonly mayApprove: boolean;
  readonly mayOperate: boolean;
  /** Goes with every form, so that no page of elsewhere can send one in this person's name. */
  readonly token: string;
}

const places = [
  ['/', 'Overview'],
  ['/people', 'People'],
  ['/access', 'Access'],
  ['/failures', 'Failures'],
  ['/leavers', 'Leavers'],
  ['/runs', 'Runs'],
  ['/history', 'History'],
] as const;

export interface Sheet {
  readonly title: string;
  /** Where this stands in the menu. */
  readonly place?: (typeof places)[number][0];
  readonly viewer?: Viewer;
}

const integrity = `sha256-${digest(stylesheet).toString('base64')}`;

/** What comes before the content; a page that takes its time is sent piece by piece. */
export function opening({ title, place, viewer }: Sheet): Html {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title} · Rollcall</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="icon" type="image/svg+xml" href="${files.icon.path}" />
        <link rel="stylesheet" href="${files.style.path}" integrity="${integrity}" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
          <div class="bar">
            <a class="brand" href="/"
              ><svg viewBox="0 0 20 20" aria-hidden="true">
                ${new Html(icon.replace(/^<svg[^>]*>|<\/svg>$/g, ''))}</svg
              >Rollcall</a
            >
            ${
              viewer &&
              markup`<nav aria-label="Main">
                  <ul>
                    ${places.map(
                      ([href, label]) =>
                        markup`<li>
                          <a href="${href}"${href === place && markup` aria-current="page"`}>${label}</a>
                        </li>`,
                    )}
                  </ul>
                </nav>
                <form class="who" method="post" action="/sign-out">
                  <span>${viewer.name}</span>${tokenOf(viewer)}<button class="plain">Sign out</button>
                </form>`
            }
          </div>
        </header>
        <main id="content" tabindex="-1">`;
}

export const closing = markup`
</main>
<footer class="foot">All times are in UTC.</footer>
</body>
</html>
`;

/** A page as a whole. */
export function sheet(about: Sheet, content: Piece): string {
  return markup`${opening(about)}${content}${closing}`.text;
}

export function tokenOf({ token }: Viewer): Html {
  return markup`<input type="hidden" name="token" value="${token}" />`;
}

export type Tone = 'good' | 'warn' | 'bad' | 'calm';

export function tag(text: string, tone: Tone = 'calm'): Html {
  return markup`<span class="tag ${tone}">${text}</span>`;
}

/** A table that a narrow screen shows as a list. Each row is its cells, with a heading in front. */
export function table(caption: Piece, columns: readonly string[], rows: readonly (readonly Piece[])[]): Html {
  return markup`<div class="table" tabindex="0" role="region" aria-label="${columns.join(', ')}">
    <table class="stacks">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => markup`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...rest]) =>
            markup`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell, index) => markup`<td data-label="${columns[index + 1]}">${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Of a form that looks for something: what is typed is one text of so many characters. */
export function searchField(label: string, name: string, value: string, most: number): Html {
  return markup`<label
    >${label}<br /><input
      type="search"
      name="${name}"
      value="${value}"
      maxlength="${most}"
      autocomplete="off"
  /></label>`;
}

/** Links to the first page and to the next, where there are such. */
export function pages(
  first: string | undefined,
  next: string | undefined,
  nextIs = 'Next page',
): Html | undefined {
  if (first === undefined && next === undefined) return undefined;
  return markup`<nav class="pages" aria-label="Pages">
    ${first && markup`<a href="${first}">First page</a>`}${next && markup`<a href="${next}" rel="next">${nextIs}</a>`}
  </nav>`;
}

export function personLink(key: string): Html {
  return markup`<a href="${address('/person', { key })}"><bdi>${key}</bdi></a>`;
}

/** Whom an operation is about: a person has a page of their own; of a group, the trail has what happened to it. */
export function whoLink(key: string, kind: unknown): Html {
  if (!isGroupKind(kind as Kind)) return personLink(key);
  return markup`<a href="${address('/history', { person: key })}"><bdi>${key}</bdi></a>`;
}

/** Of a name of a target, where it stands on its own. */
export function targetLink(target: string): Html {
  return markup`<a href="${address('/target', { name: target })}">${target}</a>`;
}
