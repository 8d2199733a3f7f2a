import * as z from 'zod';
import { DRIFT_POLICIES, KINDS } from '../model/index.ts';
import { mapSchema } from './attribute-schema.ts';
import { burstProblem } from './rate.ts';
import { authSchema, proxySchema } from './auth-schema.ts';
import { condition, duration, share, wholeNumber } from './schema-parts.ts';

const limit = (what: string) =>
  z
    .strictObject({
      count: wholeNumber.describe('The most of them.').optional(),
      percent: share.describe('The most per cent of the accounts that are linked.').optional(),
      floor: wholeNumber
        .describe('Up to this number nothing is held, whatever the share. 0 unless given.')
        .optional(),
    })
    .refine(({ count, percent }) => count !== undefined || percent !== undefined, {
      error: 'bounds nothing: give it a count, a percent or both',
    })
    .describe(`How many accounts may be ${what} in 24 hours before a person is asked.`)
    .optional();

const limits = z
  .strictObject({
    create: limit('created'),
    update: limit('changed'),
    deactivate: limit('switched off'),
    reactivate: limit('switched on again'),
    delete: limit('deleted'),
    link: limit('taken over from what the target had already'),
    createGroup: limit('created, of groups'),
    updateGroup: limit('renamed, of groups'),
    deleteGroup: limit('deleted, of groups'),
    linkGroup: limit('taken over, of groups that the target had already'),
    memberAdd: limit('added to groups, as memberships'),
    memberRemove: limit('removed from groups, as memberships, of all and of each group'),
  })
  .describe(
    'What is beyond these limits is held until somebody approves it. A limit given here replaces the usual one of its kind.',
  );

const policy = z.union([
  z.enum(['deactivate', 'delete', 'keep']),
  z
    .strictObject({
      deleteAfter: duration.describe(
        'How long an account is switched off before it is deleted, such as 30d.',
      ),
    })
    .describe('Switched off first, and deleted later.'),
]);

const groupNames = z
  .array(z.string().min(1))
  .describe('Names of the groups that are sent, or patterns of them with *. All unless given.');
const targetGroups = z
  .union([
    z.literal('none').describe('Groups decide who is assigned, and are not sent.'),
    groupNames,
    z.strictObject({
      names: groupNames.optional(),
      onGone: z
        .enum(['empty', 'keep', 'delete'])
        .describe(
          'What becomes of a group that the source does not have any more: its memberships are removed (empty, the usual), it stays as it is, or it is deleted.',
        )
        .optional(),
      onLeave: z
        .enum(['remove', 'keep'])
        .describe(
          'What becomes of the memberships of somebody whose account is switched off. remove unless given.',
        )
        .optional(),
      members: z
        .enum(['keep', 'remove'])
        .describe(
          'What reconcile --repair does with people whom somebody else put into a group at the target. keep unless given.',
        )
        .optional(),
    }),
  ])
  .describe('Which groups this target is given, and what becomes of those that end.');

const emptyPolicy = z.enum(['keep', 'clear']);
const onEmpty = z
  .union([
    emptyPolicy,
    z.record(
      z.string(),
      z.union([
        emptyPolicy,
        z
          .strictObject({
            default: z.union([z.string().min(1), z.boolean()]).describe('The value, or an expression.'),
          })
          .describe('The account gets this value.'),
      ]),
    ),
  ])
  .describe(
    'What it means that the source has no value: the account keeps what it has, or it is cleared (the usual). Of all attributes, or by attribute, such as title, name.middleName, emails or enterprise.department, where it may be a default too.',
  );

const password = z
  .union([
    z.enum(['sync', 'create', 'generate', 'none']),
    z.strictObject({
      generate: z
        .strictObject({
          length: z
            .number()
            .int()
            .min(12)
            .max(128)
            .describe('So many characters. 32 unless given.')
            .optional(),
        })
        .describe('A random one with each create, which nobody learns.'),
    }),
  ])
  .describe(
    'Which password this target is told: that of identity with each change (sync, the usual), or with the create alone; a random one with the create (generate); none.',
  );

const driftPolicy = z.enum(DRIFT_POLICIES);

const drift = z
  .strictObject({
    default: driftPolicy
      .describe(
        'Of every attribute that is not named. Without it: fix; but an account that was switched off at the target is only reported.',
      )
      .optional(),
    attributes: z
      .record(z.string(), driftPolicy)
      .describe('By attribute, such as title, name, name.givenName, emails, enterprise.department or active.')
      .optional(),
  })
  .describe(
    'What `reconcile` makes of an attribute that the target holds otherwise than it confirmed: fix (`--repair` puts it right), report (it is only told) or ignore.',
  );

const wholeRequests = z.number().int().min(1).max(1_000_000_000);

const rate = z
  .union([
    z.number().positive().max(10_000),
    z
      .strictObject({
        perSecond: z.number().positive().max(10_000).describe('Requests a second.').optional(),
        burst: z
          .number()
          .describe(
            'How many of perSecond may start at once: a whole number from 1 to perSecond. As many as a second has unless given.',
          )
          .optional(),
        perMinute: wholeRequests.describe('Requests a minute.').optional(),
        perHour: wholeRequests.describe('Requests an hour.').optional(),
        perDay: wholeRequests.describe('Requests a day.').optional(),
        reserve: z
          .number()
          .min(0)
          .max(50)
          .describe(
            'Per cent of the requests of a minute, an hour or a day that is kept for people who leave, one at the least. 5 unless given; 0 keeps nothing.',
          )
          .optional(),
      })
      .refine((value) => Object.keys(value).length > 0, { error: 'says no rate' })
      .superRefine((value, context) => {
        const message = burstProblem(value);
        if (message !== undefined) context.addIssue({ code: 'custom', path: ['burst'], message });
      }),
  ])
  .describe(
    "The most requests: a number of them a second, or perSecond, perMinute, perHour and perDay, in place of the connector's own number. What is spent of a minute, an hour or a day is counted over all runs.",
  );

export const targetSchema = z
  .strictObject({
    connector: z
      .string()
      .min(1)
      .describe(
        'The kind of service, such as cosmo or generic; or the path of a file with a profile of your own, such as ./connectors/mine.yaml.',
      ),
    dialect: z
      .string()
      .min(1)
      .describe(
        'Whose requests are sent, to a service that was made for them: okta-aiw, okta-oin, entra or entra-2020, with the connector generic.',
      )
      .optional(),
    baseUrl: z
      .string()
      .min(1)
      .describe(
        'Where its SCIM endpoint begins, such as https://example.com/scim/v2. Plain http only on this machine.',
      ),
    auth: authSchema.optional(),
    proxy: proxySchema.optional(),
    ca: z
      .string()
      .min(1)
      .describe('A file of certificates (PEM) that are trusted beside the usual ones.')
      .optional(),
    mode: z
      .enum(['full', 'observe'])
      .describe('observe: plan only, nothing is sent. full unless given.')
      .optional(),
    assign: condition
      .describe(
        'Who gets an account here, as an expression over record, identity and groups; without it, everybody.',
      )
      .optional(),
    map: mapSchema.optional(),
    onEmpty: onEmpty.optional(),
    createOnly: z
      .array(z.string().min(1))
      .describe('Attributes that a create sets and nothing changes afterwards, such as title or name.')
      .optional(),
    password: password.optional(),
    groups: targetGroups.optional(),
    allow: z
      .array(z.enum(KINDS))
      .describe('What may be sent. Everything but delete unless given.')
      .optional(),
    onLeave: policy
      .describe('What becomes of the account of somebody who has left. deactivate unless given.')
      .optional(),
    onOutOfScope: policy
      .describe(
        'What becomes of the account of somebody who is still there and no longer assigned. deactivate unless given.',
      )
      .optional(),
    deleteAdopted: z
      .boolean()
      .describe('Whether accounts may be deleted that were on the target before. false unless given.')
      .optional(),
    canary: z
      .union([
        z.number().int().min(1).describe('So many people are created first, and then you are asked.'),
        z
          .strictObject({ group: z.string().min(1).describe('The name of the group.') })
          .describe('The members of this group are created first, and then you are asked.'),
      ])
      .describe('Who is created first; the others are held until somebody approves them, once.')
      .optional(),
    protect: condition
      .describe('Whose account a sync never switches off, as an expression over record, identity and groups.')
      .optional(),
    createInactive: z
      .boolean()
      .describe('Whether somebody who is not active gets an account too, switched off. false unless given.')
      .optional(),
    limits: limits.optional(),
    drift: drift.optional(),
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(100)
      .describe("The most requests at one time, in place of the connector's own number.")
      .optional(),
    rate: rate.optional(),
    timeout: duration
      .describe('How long an answer may take: seconds, or such as 30s. 30 unless given.')
      .optional(),
    schedule: z
      .string()
      .min(1)
      .describe(
        'When the daemon syncs this target, as cron writes it, such as "*/15 * * * *", in the timeZone of this configuration.',
      )
      .optional(),
    jitter: duration
      .describe(
        'How much later than its schedule it may be, always the same for one target, so that not everybody comes at once. None unless given.',
      )
      .optional(),
    reconcile: z
      .union([
        z.string().min(1),
        z.strictObject({
          schedule: z.string().min(1).describe('As cron writes it, such as "0 3 * * 0".'),
          repair: z
            .boolean()
            .describe(
              'Whether what differs is put right, as `reconcile --repair` does. It is only told unless given.',
            )
            .optional(),
        }),
      ])
      .describe('When the daemon compares this target with what it really holds, as cron writes it.')
      .optional(),
    renamedFrom: z
      .string()
      .min(1)
      .describe('The name that this target had before: its accounts move with it.')
      .optional(),
  })
  .describe('A service that is to hold the accounts.');
