import { causeOf, rankOf, remedyFor } from '../../model/index.ts';
import type { Unfinished } from '../../store/failures.ts';
import type { Halt } from '../../store/halts.ts';
import { pages, personLink, table, tag, targetLink, tokenOf } from '../frame.ts';
import type { Viewer } from '../frame.ts';
import { address, markup, moment, name as named, number } from '../html.ts';
import type { Html } from '../html.ts';

export interface FailuresPageView {
  readonly targets: readonly {
    readonly name: string;
    readonly halted?: Halt;
    readonly causes: readonly {
      readonly code: string;
      readonly count: number;
      readonly first: readonly Unfinished[];
    }[];
  }[];
  /** Of one cause on one target: its rows after so many. */
  readonly one?: { readonly skip: number; readonly next?: number };
}

export function failuresPage({ targets, one }: FailuresPageView, viewer: Viewer): Html {
  const isQuiet = targets.every(({ causes, halted }) => causes.length === 0 && halted === undefined);
  return markup`<h1>Failures${targets.length === 1 && ` of ${targets[0]!.name}`}</h1>
    ${isQuiet && markup`<div class="note good"><p>Nothing failed, nothing waits.</p></div>`}
    ${targets
      .filter(({ causes, halted }) => causes.length > 0 || halted !== undefined)
      .map(
        ({ name, halted, causes }) =>
          markup`<h2>${targetLink(name)}</h2>
            ${
              halted !== undefined &&
              markup`<div class="note bad">
                <p>${tag('halted', 'bad')} since ${moment(halted.since)}: ${halted.reason}</p>
                <p>What to do: ${commands(remedyFor(causeOf(halted.code), name), name)}</p>
              </div>`
            }
            ${viewer.mayOperate && causes.length > 0 && markup`<form method="post" action="/retry">${tokenOf(viewer)}<input type="hidden" name="target" value="${name}" /><button>Try again what failed on ${name}</button></form>`}
            ${causes
              .toSorted((a, b) => rankOf(a.code) - rankOf(b.code) || (a.code < b.code ? -1 : 1))
              .map((cause) => causeCard(name, cause, one))}`,
      )}`;
}

function causeCard(
  target: string,
  { code, count, first }: FailuresPageView['targets'][number]['causes'][number],
  one: FailuresPageView['one'],
): Html {
  const cause = causeOf(code);
  const at = (skip?: number): string => address('/failures', { target, code, skip });
  return markup`<section class="card" aria-label="${code} on ${target}">
    <h3>${cause.cause} ${tag(`${code} ${number(count)}`, 'warn')}</h3>
    <dl class="pairs">
      <dt>What to do</dt>
      <dd><strong>${commands(remedyFor(cause, target), target)}</strong></dd>
      <dt>The operation</dt>
      <dd>${cause.operation}</dd>
      <dt>The target</dt>
      <dd>${cause.target}</dd>
    </dl>
    ${table(
      `${number(count)} of this cause`,
      ['Key', 'State', 'Reason', 'Tried', 'Again'],
      first.map(({ type, key, group, kind, state, reason, attempts, again }) => [
        markup`${type === 'User' || kind?.startsWith('member') ? personLink(key) : named(key)}${group !== undefined && markup` in ${named(group)}`}`,
        markup`${tag(state, state === 'failed' ? 'bad' : 'warn')} ${kind}`,
        reason,
        attempts > 0 && String(attempts),
        moment(again),
      ]),
    )}
    ${one === undefined ? count > first.length && markup`<p><a href="${at()}">All ${number(count)} of ${code} on ${target}</a></p>` : pages(one.skip > 0 ? at() : undefined, one.next === undefined ? undefined : at(one.next))}
  </section>`;
}

/** A command stands in a sentence as what it is. */
export function commands(text: string, target = 'TARGET'): Html {
  const parts = text.split(
    new RegExp(
      `(\`[^\`]+\`|\\brollcall \\w+(?: (?:--[\\w-]+|[A-Z][A-Z]+|${target.replaceAll('.', '[.]')})(?![\\w-]))*)`,
    ),
  );
  return markup`${parts.map((part, index) => (index % 2 === 1 ? markup`<code>${part.replaceAll('`', '')}</code>` : part))}`;
}
