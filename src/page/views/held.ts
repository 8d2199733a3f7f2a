import { isBehind } from '../../model/index.ts';
import type { Held } from '../../model/index.ts';
import { isApprovalOf } from '../../store/approvals.ts';
import type { ListedOperation } from '../../store/listing.ts';
import { labelOf, shortPath, shortValue } from '../../reports/views.ts';
import { pages, personLink, table, tag, tokenOf } from '../frame.ts';
import type { Viewer } from '../frame.ts';
import { address, markup, moment, name as named, number } from '../html.ts';
import type { Html, Piece } from '../html.ts';
import type { TargetStanding } from './overview.ts';

export interface HeldView {
  readonly target: TargetStanding;
  /** The kind that is looked at; all where none is named. */
  readonly kind?: string;
  readonly operations: readonly ListedOperation[];
  readonly next?: number;
  readonly isFirst: boolean;
}

const wholes: Readonly<Record<string, string>> = {
  target: 'the whole target',
  source: 'everything that comes of this read',
};

export function heldPage({ target, kind, operations, next, isFirst }: HeldView, viewer: Viewer): Html {
  const { name, held } = target;
  const at = (query: Readonly<Record<string, string | number | undefined>>): string =>
    address('/held', { target: name, kind, ...query });
  return markup`<h1>Held plan of ${name}</h1>
    ${held.length === 0 ? markup`<div class="note good"><p>Nothing is held on ${name}.</p></div>` : held.map((one) => heldCard(target, one, viewer))}
    ${
      operations.length > 0 &&
      markup`<h2>Who is in it</h2>
        ${
          held.length > 1 &&
          markup`<nav class="pages" aria-label="Kinds">
            <a
              href="${address('/held', { target: name })}"
              ${kind === undefined && markup` aria-current="true"`}
              >All</a
            >${held
              .filter(({ kind: own }) => wholes[own] === undefined)
              .map(
                ({ kind: own, count }) =>
                  markup`<a
                    href="${address('/held', { target: name, kind: own })}"
                    ${own === kind && markup` aria-current="true"`}
                    >${own} ${number(count)}</a
                  >`,
              )}
          </nav>`
        }
        ${table(
          markup`${kind ?? 'All'} in the order of the plan`,
          ['Who', 'What', 'Why', 'Changes'],
          operations.map((one) => [
            whoOf(one),
            tag(one.kind, one.kind === 'deactivate' || one.kind === 'delete' ? 'bad' : 'calm'),
            one.why,
            changesOf(one),
          ]),
        )}
        ${pages(isFirst ? undefined : at({}), next === undefined ? undefined : at({ after: next }))}`
    }`;
}

function whoOf({ type, kind, key, group, after }: ListedOperation): Html {
  const label = after === undefined ? '' : labelOf(after);
  const who =
    type === 'User' || (group !== undefined && kind.startsWith('member')) ? personLink(key) : named(key);
  return markup`${who}${label !== '' && label !== key && markup` <span class="soft">${named(label)}</span>`}${group !== undefined && markup` <span class="soft">in ${named(group)}</span>`}`;
}

export function changesOf({ kind, changes }: Pick<ListedOperation, 'kind' | 'changes'>): Piece {
  if (changes.length === 0) return undefined;
  const most = kind === 'create' ? 4 : 8;
  return markup`<ul class="changes">
    ${changes.slice(0, most).map(
      ({ path, before, after }) =>
        markup`<li>
            ${shortPath(path)}:
            ${before !== undefined && markup`<del>${named(shortValue(before))}</del> → `}<ins
              >${named(shortValue(after))}</ins
            >
          </li>`,
    )}${changes.length > most && markup`<li class="soft">and ${changes.length - most} more</li>`}
  </ul>`;
}

/** A kind that waits, why, and the button that lets it through for whoever may press it. */
function heldCard(
  { name, approvals, held: all }: TargetStanding,
  held: Held & { readonly since: number },
  viewer: Viewer,
): Html {
  const { kind, count, checksum, breaches, since } = held;
  const given = approvals.find((one) => one.keys === undefined && isApprovalOf(one, held));
  const what = wholes[kind] ?? `${kind} ${number(count)}`;
  return markup`<section class="card" aria-label="${what}">
    <h2>${what} ${given === undefined ? tag('held', 'bad') : tag('approved', 'good')}</h2>
    <ul>
      ${breaches.map(({ message }) => markup`<li>${message}</li>`)}
    </ul>
    <p class="soft">Since ${moment(since)} · checksum <code>${checksum.slice(0, 16)}</code></p>
    ${
      given !== undefined
        ? markup`<p>
            ${given.actor} approved it ${moment(given.at)}, good until ${moment(given.expires)}: the next sync
            lets it through if its plan is still the same.
          </p>`
        : isBehind(held)
          ? undefined
          : viewer.mayApprove
            ? markup`<form method="post" action="/approve">
                ${tokenOf(viewer)}<input type="hidden" name="target" value="${name}" /><input
                  type="hidden"
                  name="kind"
                  value="${kind}"
                /><input type="hidden" name="checksum" value="${checksum}" />
                <label class="check"
                  ><input type="checkbox" name="looked" value="yes" required />
                  <span
                    >I have looked at what this does, and
                    ${wholes[kind] === undefined ? `all ${number(count)} are meant` : 'it is meant'}.</span
                  ></label
                >
                <button class="act">Approve ${what}</button>
              </form>
              ${all.filter((one) => !isBehind(one)).length > 1 && markup`<p class="soft">Each is approved by itself.</p>`}`
            : markup`<p class="soft">Your key may look, and not approve: that takes the scope approve.</p>`
    }
  </section>`;
}
