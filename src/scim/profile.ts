import { userAttribute } from './schema.ts';
import { differing } from '../model/index.ts';
import type { Profile } from '../model/index.ts';

/**
 * What is wrong with a profile in itself, one sentence each: attributes that no schema knows or nobody may write,
 * lists that contradict each other, patterns that are none. A profile that is refused here would fail at the first
 * person, or worse, never.
 */
export function validateProfile(profile: Profile): readonly string[] {
  return [
    ...aboutItself(profile),
    ...aboutAttributes(profile),
    ...aboutAnswers(profile),
    ...aboutNumbers(profile),
    ...aboutLogin(profile),
  ]
    .map((problem) => `${profile.name}: ${problem}`)
    .concat(aboutDialects(profile));
}

function aboutDialects({ dialects = {}, ...profile }: Profile): readonly string[] {
  return Object.entries(dialects).flatMap(([name, part]) =>
    validateProfile(differing(profile, part)).map((problem) => `${name}: ${problem}`),
  );
}

function aboutLogin({ users: { login } }: Profile): readonly string[] {
  const expressions = login === undefined ? [] : [...login.steps.map(({ find }) => find), login.refused];
  return expressions.filter((text) => !isExpression(text)).map((text) => `${text} is no expression`);
}

function aboutItself({ name, probe, title, variant, discovery }: Profile): readonly string[] {
  return [
    ...unless(
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name),
      'the name is words in lower case, joined by hyphens',
    ),
    ...unless(title.trim() !== '', 'it has no title'),
    ...unless(/^\/[^\s#]*$/.test(probe), `the probe ${probe} is not a path below the base URL`),
    ...unless(
      variant === undefined || variant.root !== undefined || discovery,
      'a variant is told by its root or by its discovery documents',
    ),
  ];
}

function aboutAttributes({ users, create, update }: Profile): readonly string[] {
  const writable = new Set(users.writable);
  const covers = (path: string): boolean =>
    writable.has(path) ||
    users.writable.some((one) => one.startsWith(`${path}.`) || path.startsWith(`${one}.`));
  const uncovered = [
    ...users.createOnly,
    ...(users.lasting ?? []),
    ...users.required,
    ...users.match,
    ...Object.keys(users.types ?? {}),
  ];
  return [
    ...users.writable.flatMap(whyNotWritable),
    ...uncovered
      .filter((path) => !covers(path))
      .map((path) => `${path} is named, and is not among the writable`),
    ...Object.entries(users.maxValues).flatMap(([path, most]) => [
      ...unless(userAttribute(path)?.multiValued === true, `${path} does not hold several values`),
      ...unless(Number.isInteger(most) && most > 0, `maxValues of ${path} is not a number of values`),
    ]),
    ...[...Object.keys(users.fill ?? {}), ...(users.primary ?? [])]
      .filter((path) => userAttribute(path)?.multiValued !== true)
      .map((path) => `${path} does not hold several values`),
    ...[...(create.always ?? []), ...update.putAlways]
      .filter((path) => userAttribute(path) === undefined || path.includes('.'))
      .map((path) => `${path} cannot be sent empty`),
    ...unless(
      !create.invites || !create.inactive,
      'a create that invites cannot make somebody who is switched off',
    ),
  ];
}

function whyNotWritable(path: string): readonly string[] {
  const attribute = userAttribute(path);
  if (attribute === undefined || path.startsWith('urn:')) return [`no schema has an attribute ${path}`];
  if (attribute.mutability === 'readOnly') return [`${path} is readOnly (RFC 7643)`];
  // These go their own ways: `active` is said outright with everything, a password is never a part of a plan.
  return unless(path !== 'active' && path !== 'password', `${path} is not listed among the writable`);
}

function aboutAnswers({ answers }: Profile): readonly string[] {
  return Object.entries(answers).flatMap(([list, patterns]) =>
    patterns.flatMap((pattern) => [
      ...unless(
        Object.values(pattern).some((part) => part !== undefined),
        `a pattern of ${list} fits every answer`,
      ),
      ...unless(
        pattern.detail === undefined || isExpression(pattern.detail),
        `a pattern of ${list} is no expression`,
      ),
    ]),
  );
}

function aboutNumbers({ list, lookupLagSeconds, pace }: Profile): readonly string[] {
  return [
    ...unless(Number.isInteger(list.pageSize) && list.pageSize > 0, 'pageSize is not a number of accounts'),
    ...unless(lookupLagSeconds >= 0, 'lookupLagSeconds is not a number of seconds'),
    ...unless(
      Number.isInteger(pace.concurrency) && pace.concurrency > 0,
      'concurrency is not a number of requests',
    ),
    ...unless(pace.perSecond === undefined || pace.perSecond > 0, 'perSecond is not a number of requests'),
  ];
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text, 'i');
    return true;
  } catch {
    return false;
  }
}

function unless(isTrue: boolean, problem: string): readonly string[] {
  return isTrue ? [] : [problem];
}
