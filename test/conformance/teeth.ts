import { isObject } from '../../src/model/index.ts';
import type { Profile } from '../../src/model/index.ts';
import { suite } from './suite.ts';
import type { Requirement } from './suite.ts';

/** One line of a profile: where it says something else than the profile for every service, and the profile without it. */
export interface Line {
  readonly path: string;
  /** What stands there. */
  readonly own: unknown;
  readonly without: Profile;
}

type Difference = Pick<Line, 'path' | 'own'> & {
  readonly base: unknown;
  readonly profile: Profile;
};

/** Lines that no service shows, each with the reason: what they change is not sent otherwise, or not at all. */
const shownByNobody: readonly { readonly why: string; readonly is: (line: Difference) => boolean }[] = [
  { why: 'words for people', is: ({ path }) => /^(name|title|sources|variant\.of)\b/.test(path) },
  {
    why: 'names what several profiles are variants of, and nothing to tell them apart by',
    is: ({ path, own }) => path === 'variant' && isObject(own) && own['root'] === undefined,
  },
  {
    why: 'how fast and how much at once: the same is asked and sent, and nobody here counts the seconds',
    is: ({ path, profile }) =>
      /^(pace|lookupLagSeconds)\b/.test(path) || (path === 'list.pageSize' && profile.list.paging !== 'none'),
  },
  {
    why: 'what `auto` finds out by itself, for the table of capabilities',
    is: ({ path, own, base }) => path === 'list.paging' && own === 'index' && base === 'auto',
  },
  {
    why: 'for the table of capabilities: who is invited can be read, and is an account like any other (rule 14)',
    is: ({ path, profile }) => path === 'create.invites' && profile.create.invitedReadable,
  },
  {
    why: 'for the table of capabilities: a password is sent in neither case',
    is: ({ path, own, base }) => path === 'users.password' && own !== 'accepted' && base !== 'accepted',
  },
  {
    why: 'goes with what can be written',
    is: ({ path, own }) => path.startsWith('users.types.') && own === undefined,
  },
];

/** All lines of a profile that a service can show, lists as wholes. */
export function linesOf(profile: Profile, { dialects: _, ...base }: Profile): readonly Line[] {
  return differences(profile, base, [])
    .filter((steps) => {
      const line = { path: steps.join('.'), own: at(profile, steps), base: at(base, steps), profile };
      return !shownByNobody.some(({ is }) => is(line));
    })
    .map((steps) => ({
      path: steps.join('.'),
      own: at(profile, steps),
      without: replaced(profile, base, steps) as Profile,
    }));
}

type Steps = readonly string[];

function differences(own: unknown, base: unknown, steps: Steps): readonly Steps[] {
  if (JSON.stringify(own) === JSON.stringify(base)) return [];
  if (!isObject(own) || !isObject(base) || own['supported'] !== base['supported']) return [steps];
  const names = new Set([...Object.keys(own), ...Object.keys(base)]);
  return [...names].flatMap((name) => differences(own[name], base[name], [...steps, name]));
}

function at(value: unknown, steps: Steps): unknown {
  return steps.reduce((part, name) => (isObject(part) ? part[name] : undefined), value);
}

/** The same with what `base` has at a place. */
function replaced(own: unknown, base: unknown, [name, ...rest]: Steps): unknown {
  if (name === undefined) return base;
  const { [name]: was, ...others } = (own ?? {}) as Readonly<Record<string, unknown>>;
  const value = replaced(was, isObject(base) ? base[name] : undefined, rest);
  return value === undefined ? others : { ...others, [name]: value };
}

/** How the names of the requirements begin that notice a line, the most telling one first; the first path that fits counts. */
const telling: readonly (readonly [path: string, ...names: string[]])[] = [
  ['users.createOnly', 'update:'],
  ['users.lasting', 'clear:'],
  ['users.required', 'create:', 'a create without'],
  ['users.match', 'accounts that exist', 'a create that meets', 'a create whose answer'],
  ['users.password', 'a password'],
  ['users.login', 'two names'],
  ['users', 'create:', 'update:', 'clear:'],
  ['create.invites', 'an invitation'],
  ['create.invitedReadable', 'an invitation'],
  ['create.repeatable', 'a create whose answer'],
  ['create.inactive', 'somebody who is not active'],
  ['create', 'create:'],
  ['update.managerAs', 'update of all'],
  ['update.patchForm', 'update:', 'update of all'],
  ['update.putAlways', 'update:', 'somebody is switched off by PUT'],
  ['update', 'update:', 'clear:'],
  ['meta', 'create:', 'update:'],
  ['active', 'deactivate'],
  ['deactivate', 'deactivate'],
  ['delete', 'delete:'],
  ['list', 'a list is taken', 'accounts that exist', 'many accounts'],
  ['probe', 'the probe'],
  ['readBack', 'a change that'],
  ['answers.notExists', 'a create without'],
  ['answers.refused', 'somebody whom'],
  ['answers.exists', 'a create that meets'],
  ['answers.unauthorised', 'a credential'],
  ['answers.isMember', 'a member whom'],
  ['answers.isNoMember', 'a member whom'],
  ['answers', 'a service that is full'],
  ['groups.slug', 'two groups'],
  ['groups.rename', 'a group that is renamed'],
  ['groups.patchForm', 'a group that is renamed'],
  ['groups.delete', 'a group that is gone'],
  ['groups.members.nested', 'a group that is kept'],
  ['groups.members.perRequest', 'many accounts'],
  ['groups.members', 'members come and go'],
  ['groups.supported', 'no groups'],
  ['groups', 'groups are created', 'members come and go'],
  ['', 'the probe', 'a credential'],
];

export function tellingOf({ path }: Line): readonly Requirement[] {
  const [, ...names] = telling.find(([head]) => head === '' || path === head || path.startsWith(`${head}.`))!;
  return names.map((name) => suite.find((one) => one.name.startsWith(name))!);
}
