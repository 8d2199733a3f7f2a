import { userAttribute } from './schema.ts';
import { differing } from '../model/index.ts';
import type { Profile } from '../model/index.ts';

/** Something that is wrong with a profile, and at which of its keys. */
export interface ProfileFault {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * What is wrong with a profile in itself, one sentence each: attributes that no schema knows or nobody may write,
 * lists that contradict each other, patterns that are none. A profile that is refused here would fail at the first
 * person, or worse, never.
 */
export function validateProfile(profile: Profile): readonly string[] {
  return faultsOf(profile)
    .map(({ message }) => `${profile.name}: ${message}`)
    .concat(aboutDialects(profile));
}

/** The same, each with its place; nothing of dialects. */
export function faultsOf(profile: Profile): readonly ProfileFault[] {
  return [
    ...aboutItself(profile),
    ...aboutAttributes(profile),
    ...aboutAnswers(profile),
    ...aboutNumbers(profile),
    ...aboutNames(profile),
  ];
}

function aboutDialects({ dialects = {}, ...profile }: Profile): readonly string[] {
  return Object.entries(dialects).flatMap(([name, part]) =>
    validateProfile(differing(profile, part)).map((problem) => `${name}: ${problem}`),
  );
}

function aboutNames({ users: { login }, groups }: Profile): readonly ProfileFault[] {
  const rules = { 'users.login': login, 'groups.slug': groups.supported ? groups.slug : undefined };
  return Object.entries(rules).flatMap(([at, rule]) =>
    (rule === undefined ? [] : [...rule.steps.map(({ find }) => find), rule.refused]).flatMap((text) =>
      unless(isExpression(text, 'u'), at, `${text} is no expression`),
    ),
  );
}

function aboutItself({ name, probe, title, variant, discovery }: Profile): readonly ProfileFault[] {
  return [
    ...unless(
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name),
      'name',
      'the name is words in lower case, joined by hyphens',
    ),
    ...unless(title.trim() !== '', 'title', 'it has no title'),
    ...unless(/^\/[^\s#]*$/.test(probe), 'probe', `the probe ${probe} is not a path below the base URL`),
    ...unless(
      variant === undefined || variant.root !== undefined || discovery,
      'variant',
      'a variant is told by its root or by its discovery documents',
    ),
  ];
}

function aboutAttributes({ users, create, update }: Profile): readonly ProfileFault[] {
  const writable = new Set(users.writable);
  const covers = (path: string): boolean =>
    writable.has(path) ||
    users.writable.some((one) => one.startsWith(`${path}.`) || path.startsWith(`${one}.`));
  const isMulti = (path: string): boolean => userAttribute(path)?.multiValued === true;
  const each = (
    at: string,
    paths: readonly string[],
    isRight: (path: string) => boolean,
    message: string,
  ): readonly ProfileFault[] => paths.flatMap((path) => unless(isRight(path), at, `${path} ${message}`));
  const uncovered = {
    'users.createOnly': users.createOnly,
    'users.lasting': users.lasting ?? [],
    'users.required': users.required,
    'users.match': users.match,
    'users.types': Object.keys(users.types ?? {}),
  };
  const isWhole = (path: string): boolean => userAttribute(path) !== undefined && !path.includes('.');
  return [
    ...users.writable.flatMap(whyNotWritable),
    ...Object.entries(uncovered).flatMap(([at, paths]) =>
      each(at, paths, covers, 'is named, and is not among the writable'),
    ),
    ...each('users.maxValues', Object.keys(users.maxValues), isMulti, 'does not hold several values'),
    ...Object.entries(users.maxValues).flatMap(([path, most]) =>
      unless(
        Number.isInteger(most) && most > 0,
        'users.maxValues',
        `maxValues of ${path} is not a number of values`,
      ),
    ),
    ...each('users.fill', Object.keys(users.fill ?? {}), isMulti, 'does not hold several values'),
    ...each('users.primary', users.primary ?? [], isMulti, 'does not hold several values'),
    ...each('create.always', create.always ?? [], isWhole, 'cannot be sent empty'),
    ...each('update.putAlways', update.putAlways, isWhole, 'cannot be sent empty'),
    ...unless(
      !create.invites || !create.inactive,
      'create.inactive',
      'a create that invites cannot make somebody who is switched off',
    ),
  ];
}

function whyNotWritable(path: string): readonly ProfileFault[] {
  const wrong = (message: string): readonly ProfileFault[] => unless(false, 'users.writable', message);
  const attribute = userAttribute(path);
  if (attribute === undefined || path.startsWith('urn:')) return wrong(`no schema has an attribute ${path}`);
  if (attribute.mutability === 'readOnly') return wrong(`${path} is readOnly (RFC 7643)`);
  // These go their own ways: `active` is said outright with everything, a password is never a part of a plan.
  return path === 'active' || path === 'password' ? wrong(`${path} is not listed among the writable`) : [];
}

function aboutAnswers({ answers }: Profile): readonly ProfileFault[] {
  return Object.entries(answers).flatMap(([list, patterns]) =>
    patterns.flatMap((pattern) => [
      ...unless(
        Object.values(pattern).some((part) => part !== undefined),
        `answers.${list}`,
        `a pattern of ${list} fits every answer`,
      ),
      ...unless(
        pattern.detail === undefined || isExpression(pattern.detail),
        `answers.${list}`,
        `a pattern of ${list} is no expression`,
      ),
    ]),
  );
}

function aboutNumbers({ list, lookupLagSeconds, pace }: Profile): readonly ProfileFault[] {
  return [
    ...unless(
      Number.isInteger(list.pageSize) && list.pageSize > 0,
      'list.pageSize',
      'pageSize is not a number of accounts',
    ),
    ...unless(lookupLagSeconds >= 0, 'lookupLagSeconds', 'lookupLagSeconds is not a number of seconds'),
    ...unless(
      Number.isInteger(pace.concurrency) && pace.concurrency > 0,
      'pace.concurrency',
      'concurrency is not a number of requests',
    ),
    ...unless(
      pace.perSecond === undefined || pace.perSecond > 0,
      'pace.perSecond',
      'perSecond is not a number of requests',
    ),
    ...unless(
      pace.burst === undefined ||
        (pace.perSecond !== undefined &&
          pace.burst <= Math.max(1, pace.perSecond) &&
          Number.isInteger(pace.burst) &&
          pace.burst > 0),
      'pace.burst',
      'burst is not a number of requests from 1 to perSecond',
    ),
    ...(pace.rates ?? []).flatMap(({ perSecond }, index) =>
      unless(perSecond > 0, `pace.rates.${index}.perSecond`, 'perSecond is not a number of requests'),
    ),
    ...(pace.budgets ?? []).flatMap(({ of, count, each }, index) => [
      ...unless(
        Number.isInteger(count) && count > 0,
        `pace.budgets.${index}.count`,
        'count is no number of requests or people',
      ),
      ...unless(
        each === undefined || of === 'memberAdd',
        `pace.budgets.${index}.each`,
        'a budget for each group is one of memberAdd',
      ),
    ]),
  ];
}

function isExpression(text: string, flags = 'i'): boolean {
  try {
    new RegExp(text, flags);
    return true;
  } catch {
    return false;
  }
}

/** `at`: keys from the root of the profile, with dots between them. */
function unless(isTrue: boolean, at: string, message: string): readonly ProfileFault[] {
  return isTrue ? [] : [{ path: at.split('.'), message }];
}
