import * as z from 'zod';
import { REQUEST_KINDS } from '../model/index.ts';
import type { Budget, AnswerPattern, GroupAbilities, NameRule, Profile, Rate } from '../model/index.ts';

/** An ability that a profile need not have: `null` takes away what the profile has that it extends. */
const spare = <T extends z.ZodType>(schema: T) => schema.nullable().optional();
const text = z.string().min(1);
const path = text.regex(/^\/[^\s#]*$/, 'has to be a path below the base URL, such as /Users?count=1');
const paths = z.array(text);
const some = z.number().int().min(1);
const yesNo = z.boolean().optional();
const byName = <T extends z.ZodType>(schema: T) => z.record(text, schema.nullable());

const pattern = z.strictObject({
  status: z.number().int().optional(),
  bodyStatus: z.number().int().optional(),
  scimType: z.string().optional(),
  detail: z.string().optional(),
} satisfies Record<keyof AnswerPattern, z.ZodType>);
const patterns = z.array(pattern);

const nameRule = z.strictObject({
  decomposed: yesNo.describe('Accents are taken from their letters first.'),
  steps: z.array(z.strictObject({ find: z.string(), put: z.string() })),
  refused: z.string(),
  kept: yesNo.describe('It holds that name in the place of the one that it is sent.'),
} satisfies Record<keyof NameRule, z.ZodType>);

const users = z
  .strictObject({
    writable: paths
      .describe('Attributes that may be sent, such as title, name.givenName, emails, enterprise.department.')
      .optional(),
    createOnly: paths.describe('Of those, the ones that a create alone can set.').optional(),
    lasting: spare(paths.describe('Of those, the ones that cannot be taken away again.')),
    required: paths.describe('Without these the service creates nobody.').optional(),
    maxValues: byName(some).describe('The most values of an attribute: { emails: 1 }.').optional(),
    match: z
      .array(z.enum(['externalId', 'userName', 'emails.value']))
      .describe('By what an account that exists is looked up, best first.')
      .optional(),
    password: z.enum(['accepted', 'ignored', 'forbidden']).optional(),
    types: spare(byName(paths).describe('The words that the service knows as `type` of an attribute.')),
    fill: spare(
      byName(z.record(text, z.union([z.string(), z.boolean()]))).describe(
        'What each value of an attribute carries, said or not: { emails: { type: work } }.',
      ),
    ),
    primary: spare(paths.describe('Attributes of which one value has to be primary.')),
    login: spare(
      nameRule.describe('How the service makes a name of its own out of userName, in regular expressions.'),
    ),
  } satisfies Record<keyof Profile['users'], z.ZodType>)
  .describe('What an account can hold.')
  .optional();

const create = z
  .strictObject({
    invites: yesNo.describe('A create sends an invitation.'),
    invitedReadable: yesNo.describe('Somebody invited can be read like anybody else.'),
    repeatable: yesNo.describe('Repeating a create whose answer was lost makes no second account.'),
    inactive: yesNo.describe('Somebody who is switched off can be created.'),
    always: spare(paths.describe('Attributes that a create carries even where they are empty.')),
  } satisfies Record<keyof Profile['create'], z.ZodType>)
  .optional();

const update = z
  .strictObject({
    method: z.enum(['patch', 'put']).optional(),
    putAlways: paths.describe('Attributes that a PUT carries even where they are empty.').optional(),
    patchForm: z.enum(['path', 'pathless', 'paths']).optional(),
    operations: spare(z.literal('title').describe('Add, Replace and Remove with a capital.')),
    byType: spare(z.boolean().describe('One value of several is changed by its type.')),
    managerAs: spare(z.enum(['object', 'id'])),
  } satisfies Record<keyof Profile['update'], z.ZodType>)
  .optional();

const active = z
  .strictObject({
    form: z.enum(['path', 'pathless']).optional(),
    as: z.enum(['boolean', 'string', 'title']).optional(),
    method: spare(z.enum(['patch', 'put'])),
  } satisfies Record<keyof Profile['active'], z.ZodType>)
  .describe('How it is said that somebody is active.')
  .optional();

const list = z
  .strictObject({
    paging: z.enum(['index', 'cursor', 'auto', 'none']).optional(),
    pageSize: some.optional(),
    provesAbsence: yesNo.describe('Who is in no page of the list has no account.'),
  } satisfies Record<keyof Profile['list'], z.ZodType>)
  .optional();

const answers = z
  .strictObject({
    exists: patterns.describe('Somebody has this name already, beyond 409.').optional(),
    transient: patterns.describe('Try again later, beyond 429 and 5xx.').optional(),
    unauthorised: patterns.describe('The credential will not do, beyond 401 and 403.').optional(),
    notExists: patterns.describe('Looks as if somebody existed, and means something else.').optional(),
    licence: spare(patterns.describe('There is no licence left.')),
    refused: spare(
      patterns.describe('Is about this person alone, though its status speaks of the credential.'),
    ),
    isMember: spare(patterns.describe('Is in the group already.')),
    isNoMember: spare(patterns.describe('Is not in the group.')),
  } satisfies Record<keyof Profile['answers'], z.ZodType>)
  .describe('What answers mean, where that is not what RFC 7644 says.')
  .optional();

type Supported = Extract<GroupAbilities, { supported: true }>;

const members = z
  .strictObject({
    perRequest: some.describe('The most members that one request may add or remove.').optional(),
    remove: z.enum(['filter', 'value']).optional(),
    wrapped: spare(z.boolean()),
    reference: spare(z.boolean()),
    nested: spare(z.boolean().describe('A group may be a member of a group (RFC 7643 §4.2).')),
    shown: spare(
      z
        .union([z.literal('never'), some])
        .describe('How many members a read of one group shows at the most; never shows none.'),
    ),
    query: spare(z.enum(['members', 'members.value'])),
  } satisfies Record<keyof Supported['members'], z.ZodType>)
  .optional();

const groups = z
  .strictObject({
    supported: yesNo,
    create: yesNo,
    rename: yesNo,
    delete: yesNo,
    externalId: yesNo,
    slug: spare(nameRule.describe('The same of the displayName of a group.')),
    match: z.array(z.enum(['externalId', 'displayName'])).optional(),
    always: spare(z.array(z.literal('members'))),
    schemas: spare(paths),
    patchForm: spare(z.enum(['path', 'pathless'])),
    update: spare(z.enum(['patch', 'put'])),
    excludes: spare(z.boolean()),
    members,
  } satisfies Record<keyof Supported, z.ZodType>)
  .describe('What the service does with groups; { supported: false } where it has none.')
  .optional();

/** A profile of the user's own: of what `Profile` has, as much as differs from the one that it extends. */
const budget = z
  .strictObject({
    of: z
      .enum(['requests', 'writes', 'reads', 'create', 'memberAdd'])
      .describe('Requests, those that write or read; people who are created, or who come into a group.'),
    count: some,
    per: z.enum(['minute', 'hour', 'day']),
    each: z.literal('group').describe('Each group has its own, of memberAdd.').optional(),
  } satisfies Record<keyof Budget, z.ZodType>)
  .describe('What may be asked in a longer time, counted over all runs.');

const rate = z
  .strictObject({
    of: z.enum(REQUEST_KINDS).describe('Requests that read or write, or those about one person or group.'),
    perSecond: z.number().positive(),
  } satisfies Record<keyof Rate, z.ZodType>)
  .describe('How many requests of a kind may be started within a second.');

export const profileZod = z
  .strictObject({
    $schema: z.string().describe('For editors: where the schema of this file is.').optional(),
    extends: text
      .describe('The connector from which it differs in what is said here. generic unless given.')
      .optional(),
    name: text
      .describe('Words in lower case, joined by hyphens. The name of the file unless given.')
      .optional(),
    title: text.describe('What the service is called. The name unless given.').optional(),
    users,
    create,
    update,
    meta: spare(z.array(z.enum(['post', 'put']))),
    active,
    deactivate: z
      .strictObject({
        idSurvives: yesNo.describe('false where switching off loses the account.'),
      } satisfies Record<keyof Profile['deactivate'], z.ZodType>)
      .optional(),
    delete: yesNo.describe('The service answers DELETE on a user.'),
    list,
    readBack: spare(
      z
        .array(z.enum(['people', 'members']))
        .describe('What is read again after a write, since an answer does not prove it.'),
    ),
    lookupLagSeconds: z.number().min(0).describe('Seconds after a write until a lookup finds it.').optional(),
    answers,
    pace: z
      .strictObject({
        concurrency: some.optional(),
        perSecond: spare(z.number().positive()),
        burst: spare(z.number().int().min(1)),
        rates: spare(z.array(rate)),
        budgets: spare(z.array(budget)),
        reserve: spare(z.number().min(0).max(50)),
      } satisfies Record<keyof Profile['pace'], z.ZodType>)
      .describe('How many requests at one time, how many a second, and what may be asked in a longer time.')
      .optional(),
    groups,
    discovery: yesNo.describe('The documents of RFC 7644 §4 are served.'),
    configurationAt: spare(path),
    probe: path
      .describe('A GET below the base URL that needs the credential and costs the least.')
      .optional(),
    sources: z
      .record(text, z.string())
      .describe('Public pages for a fact, by what it is about: an attribute, groups, delete; * for all else.')
      .optional(),
  } satisfies Record<'$schema' | 'extends' | keyof Omit<Profile, 'dialects' | 'variant'>, z.ZodType>)
  .describe('What a service can hold, and how it wants to be told: a connector of your own.');

/** The JSON Schema (draft 2020-12) of a file with a profile, for editors. */
export function profileSchema(): object {
  return {
    ...z.toJSONSchema(profileZod, { target: 'draft-2020-12', io: 'input' }),
    title: 'A connector of your own',
  };
}
