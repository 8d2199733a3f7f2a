import type { Access } from '../../store/access.ts';
import { pages, personLink, searchField, table, tag } from '../frame.ts';
import type { Tone } from '../frame.ts';
import { address, markup, moment, name as named } from '../html.ts';
import type { Html } from '../html.ts';

export interface AccessPageView {
  readonly targets: readonly string[];
  readonly target?: string;
  /** The expression that says who is assigned; nothing where everybody is. */
  readonly assign?: string;
  readonly search: string;
  readonly accounts: readonly Access[];
  readonly next?: string;
  readonly isFirst: boolean;
}

const tones: Readonly<Record<Access['state'], Tone>> = {
  active: 'good',
  off: 'calm',
  invited: 'warn',
  leaving: 'bad',
};

export function accessTag({ state, leaves }: Access): Html {
  return markup`${tag(state, tones[state])}${leaves !== undefined && markup` ${tag(`to be switched off: ${leaves.state}`, 'bad')}`}`;
}

export function accessPage({
  targets,
  target,
  assign,
  search,
  accounts,
  next,
  isFirst,
}: AccessPageView): Html {
  const at = (after?: string): string => address('/access', { target, q: search, after });
  return markup`<h1>Access${target !== undefined && ` to ${target}`}</h1>
    <form class="find" method="get" action="/access" role="search">
      <label
        >Target<br /><select name="target">
          ${targets.map((one) => markup`<option${one === target && markup` selected`}>${one}</option>`)}
        </select></label
      >
      ${searchField('Key or userName', 'q', search, 200)}
      <button class="act">Search</button>
    </form>
    ${target !== undefined && markup`<p class="soft">Assigned: ${assign === undefined ? 'everybody' : markup`<code>${assign}</code>`}</p>`}
    ${
      accounts.length === 0
        ? markup`<p>
            ${search === '' ? 'Nobody has an account here.' : 'Nobody has an account here with that in the key or the userName.'}
          </p>`
        : table(
            'By key',
            ['Key', 'userName', 'State', 'Since', 'Why', 'Last confirmed', 'Groups'],
            accounts.map((one) => [
              personLink(one.key),
              one.userName !== undefined && named(one.userName),
              accessTag(one),
              moment(one.stateSince ?? one.since),
              one.why,
              moment(one.confirmedAt),
              one.groups.map((group, index) => markup`${index > 0 && ', '}${named(group)}`),
            ]),
          )
    }
    ${pages(isFirst ? undefined : at(), next === undefined ? undefined : at(next))}`;
}

/** Where somebody is looked for on all targets at once. */
export interface PeopleView {
  readonly search: string;
  readonly found: readonly Access[];
  readonly isMore: boolean;
}

export function peoplePage({ search, found, isMore }: PeopleView): Html {
  return markup`<h1>People</h1>
    <form class="find" method="get" action="/people" role="search">
      ${searchField('Key or userName', 'q', search, 200)}
      <button class="act">Search</button>
    </form>
    ${
      search === ''
        ? markup`<p class="soft">Somebody is found by their key, or by the name that they sign in with.</p>`
        : markup`<p>
              <a href="${address('/person', { key: search })}">The person with the key ${named(search)}</a>
            </p>
            ${
              found.length === 0
                ? markup`<p>No account has that in the key or the userName.</p>`
                : table(
                    isMore ? 'The first of them' : 'Accounts',
                    ['Key', 'Target', 'userName', 'State'],
                    found.map((one) => [
                      personLink(one.key),
                      one.target,
                      one.userName !== undefined && named(one.userName),
                      accessTag(one),
                    ]),
                  )
            }`
    }`;
}
