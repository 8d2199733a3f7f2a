import * as z from 'zod';
import { KINDS } from '../model/index.ts';
import { identitySchema, mapSchema } from './attribute-schema.ts';
import { withPresets } from './preset-schema.ts';

const duration = z.union([
  z.number().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)?[smhd]$/, 'is a number of seconds, or a number with s, m, h or d, such as 36h'),
]);
const share = z.number().min(0).max(100);
const wholeNumber = z.number().int().min(0);
const condition = z.union([z.boolean(), z.string()]);
const character = z.string().length(1);

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
  })
  .describe(
    'What is beyond these limits is held until somebody approves it. A limit given here replaces the usual one of its kind.',
  );

const secret = z
  .union([
    z
      .strictObject({
        env: z.string().min(1).describe('The name of an environment variable.').optional(),
        file: z
          .string()
          .min(1)
          .describe('A file that holds the secret; a line break at its end does not count.')
          .optional(),
        command: z
          .string()
          .min(1)
          .describe('A shell command that prints the secret within 10 seconds.')
          .optional(),
      })
      .refine((value) => Object.keys(value).length === 1, { error: 'names one place: env, file or command' }),
    z.string().min(1),
  ])
  .describe(
    'Where the secret is: an environment variable, a file or a command. Text that stands here is the secret itself, which works and is warned of.',
  );

export const authSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('bearer').describe('A token in the header Authorization.'),
      token: secret,
    }),
    z.strictObject({
      kind: z.literal('basic').describe('HTTP Basic authentication.'),
      username: z.string().min(1).describe('The name of the user; it is no secret.'),
      password: secret,
    }),
    z.strictObject({
      kind: z.literal('header').describe('A header of its own.'),
      name: z
        .string()
        .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is the name of an HTTP header')
        .describe('The name of the header, such as X-Api-Key.'),
      value: secret,
    }),
    z.strictObject({ kind: z.literal('none').describe('No credential.') }),
  ])
  .describe('How Rollcall proves to the target who it is.');

/** What every source has: who a person is, and what a read must not do. */
const everySource = {
  key: z
    .string()
    .min(1)
    .describe(
      'What tells a person from all others, such as ${record.employee_id}: it never changes and is never reused.',
    ),
  previousKey: z
    .string()
    .min(1)
    .describe('The key that the person had before, where the source says so: the links move with it.')
    .optional(),
  limits: z
    .strictObject({
      shrunk: share
        .describe('The most per cent fewer records than in the last accepted read. 10 unless given.')
        .optional(),
      rejected: share
        .describe('The most per cent of records that cannot be mapped. 10 unless given.')
        .optional(),
      floor: wholeNumber
        .describe(
          'Below this number of records, or of rejections, the two shares are not looked at. 20 unless given.',
        )
        .optional(),
    })
    .describe('What a read must not do without being approved.')
    .optional(),
};

const everyExpectation = {
  minimum: wholeNumber.describe('The least number of records.').optional(),
  checksum: z
    .string()
    .min(1)
    .describe('A file that holds the sha256 of the source, as sha256sum writes it.')
    .optional(),
  maximumAge: duration.describe('How old the file may be: seconds, or such as 36h or 2d.').optional(),
};
const expecting = <T extends z.ZodRawShape>(shape: T) =>
  z
    .strictObject({ ...everyExpectation, ...shape })
    .describe(
      'What must hold of the file before it counts as complete. Nobody leaves by being absent from a file that is not.',
    )
    .optional();

const file = z.string().min(1).describe('The file, seen from the folder of this configuration.');
/** RFC 6901 §3. */
const pointer = z
  .string()
  .regex(/^(\/([^~/]|~[01])*)*$/, 'is a JSON pointer, such as /value/0/people; in it, ~ is written ~0');

export const sourceSchema = z
  .discriminatedUnion('connector', [
    z.strictObject({
      connector: z.literal('csv').describe('A CSV file with a header.'),
      path: file,
      delimiter: z
        .union([character, z.enum(['auto', 'tab'])])
        .describe('What stands between two cells: one character, tab, or auto (the usual).')
        .optional(),
      quote: character
        .describe('What stands around a cell that holds a delimiter. " unless given.')
        .optional(),
      encoding: z
        .enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'latin1', 'windows-1252'])
        .describe('How the text is encoded; auto unless given.')
        .optional(),
      expect: expecting({
        trailer: z
          .string()
          .min(1)
          .describe('The word that begins the last row; the cell after it is the number of rows above.')
          .optional(),
      }),
      ...everySource,
    }),
    z.strictObject({
      connector: z.literal('ldif').describe('An LDIF file with the entries of a directory (RFC 2849).'),
      path: file,
      allowFiles: z
        .boolean()
        .describe(
          "Whether a value may stand in a file of its own, below the export's folder. No unless given.",
        )
        .optional(),
      expect: expecting({}),
      ...everySource,
    }),
    z.strictObject({
      connector: z.literal('json').describe('JSON: a list in a document, or a record on each line.'),
      path: z
        .union([file, z.array(file).min(1)])
        .describe(
          'The file, several, or a pattern with * behind its last slash: the pages of one list, in this order.',
        ),
      records: pointer
        .describe('The JSON pointer to the list of records, such as /value. The whole document unless given.')
        .optional(),
      format: z
        .enum(['auto', 'json', 'ndjson'])
        .describe('One document, or one on each line; auto looks at how it begins.')
        .optional(),
      expect: expecting({
        noMore: pointer
          .describe('Where the last page would say that there are more, such as /@odata.nextLink.')
          .optional(),
        total: pointer.describe('Where the number of all records stands, such as /totalResults.').optional(),
      }),
      ...everySource,
    }),
  ])
  .describe('Where the people are read from.');

export const groupsSchema = z
  .array(
    z
      .strictObject({
        from: z
          .string()
          .min(1)
          .describe('An expression that gives a list of names, such as ${split(record.groups, ";")}.')
          .optional(),
        name: z.string().min(1).describe('The name of a group whose members follow from a rule.').optional(),
        members: condition.describe('An expression that is true for the members.').optional(),
      })
      .refine(
        ({ from, name, members }) =>
          from === undefined
            ? name !== undefined && members !== undefined
            : name === undefined && members === undefined,
        { error: 'is either `from`, a list on the person, or `name` and `members`, a rule' },
      ),
  )
  .describe('Who is a member of which group.');

const policy = z.enum(['deactivate', 'delete', 'keep']);

export const targetSchema = z
  .strictObject({
    connector: z.string().min(1).describe('The kind of service, such as cosmo or generic.'),
    baseUrl: z
      .string()
      .min(1)
      .describe(
        'Where its SCIM endpoint begins, such as https://example.com/scim/v2. Plain http only on this machine.',
      ),
    auth: authSchema.optional(),
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
    protect: condition
      .describe('Whose account a sync never switches off, as an expression over record, identity and groups.')
      .optional(),
    createInactive: z
      .boolean()
      .describe('Whether somebody who is not active gets an account too, switched off. false unless given.')
      .optional(),
    limits: limits.optional(),
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(100)
      .describe("The most requests at one time, in place of the connector's own number.")
      .optional(),
    rate: z
      .number()
      .positive()
      .max(10_000)
      .describe("The most requests a second, in place of the connector's own number.")
      .optional(),
    timeout: duration
      .describe('How long an answer may take: seconds, or such as 30s. 30 unless given.')
      .optional(),
    schedule: z
      .string()
      .min(1)
      .describe('When the daemon syncs this target, as cron writes it, such as "*/15 * * * *".')
      .optional(),
    renamedFrom: z
      .string()
      .min(1)
      .describe('The name that this target had before: its accounts move with it.')
      .optional(),
  })
  .describe('A service that is to hold the accounts.');

/** What names a target on the command line and in the state. */
export const targetName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export const configurationZod = z
  .strictObject({
    $schema: z.string().describe('For editors: where the schema of this file is.').optional(),
    state: z
      .string()
      .min(1)
      .describe('The file in which Rollcall remembers what it did. ./rollcall.db unless given.')
      .optional(),
    timeZone: z
      .string()
      .min(1)
      .describe('IANA time zone in which today() turns, such as Europe/Berlin. UTC unless given.')
      .optional(),
    source: sourceSchema,
    identity: identitySchema,
    groups: groupsSchema.optional(),
    targets: z
      .record(
        z
          .string()
          .regex(
            targetName,
            'is made of letters, digits, - and _, 64 at most, and begins with a letter or digit',
          ),
        targetSchema,
      )
      .refine((targets) => Object.keys(targets).length > 0, { error: 'names no target' })
      .describe('The services that hold accounts, each under a name of your own.'),
  })
  .describe('The configuration of Rollcall.');

/** The configuration's JSON Schema (draft 2020-12), for editors and for `rollcall schema`. */
export function configurationSchema(): object {
  return {
    ...withPresets(z.toJSONSchema(configurationZod, { target: 'draft-2020-12', io: 'input' })),
    title: 'rollcall.yaml',
  };
}
