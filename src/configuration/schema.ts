import * as z from 'zod';
import { identitySchema } from './attribute-schema.ts';
import { httpSchema } from './http-schema.ts';
import { notifySchema } from './notify-schema.ts';
import { withPresets } from './preset-schema.ts';
import { condition } from './schema-parts.ts';
import { populationSchema, sourceSchema, sourcesSchema } from './source-schema.ts';
import { targetSchema } from './target-schema.ts';

/** Which keys an entry of groups has says what it is. */
function isOneKind(entry: Readonly<Record<string, unknown>>): boolean {
  const has = (...names: readonly string[]): boolean =>
    ['from', 'records', 'name', 'members', 'match'].every(
      (name) => (entry[name] !== undefined) === names.includes(name),
    );
  if (entry['records'] === undefined && entry['nested'] !== undefined) return false;
  if (entry['from'] !== undefined && entry['key'] !== undefined) return false;
  return has('from') || has('name', 'members') || has('records', 'name', 'members', 'match');
}

export const groupsSchema = z
  .array(
    z
      .strictObject({
        from: z
          .string()
          .min(1)
          .describe('An expression that gives a list of names, such as ${split(record.groups, ";")}.')
          .optional(),
        records: condition
          .describe(
            'Which records of the source are groups, such as ${"groupOfNames" in record.objectClass}.',
          )
          .optional(),
        name: z
          .string()
          .min(1)
          .describe(
            'The name of a group whose members follow from a rule; or, of records, an expression for it.',
          )
          .optional(),
        key: z
          .string()
          .min(1)
          .describe(
            'What never changes of a group, so that it can get another name; or, of records, an expression for it. The name unless given.',
          )
          .optional(),
        members: z
          .union([z.boolean(), z.string()])
          .describe(
            'An expression that is true for the members; or, of records, the list of those whom the group names.',
          )
          .optional(),
        match: z
          .string()
          .min(1)
          .describe('By what a group names a record, such as ${record.dn} or ${first(record.uid)}.')
          .optional(),
        nested: z
          .enum(['flatten', 'keep'])
          .describe(
            'Whether who is in a group within a group is a member of both (flatten, the usual); or (keep) the inner one is a member of the outer one, where a target holds groups in groups, and flattened where it does not.',
          )
          .optional(),
      })
      .refine(isOneKind, {
        error:
          'is either `from`, a list on the person; or `name` and `members`, a rule; or `records`, `name`, `members` and `match`, the groups of a directory',
      }),
  )
  .describe('Who is a member of which group.');

/** What names a target on the command line and in the state. */
export const targetName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** How long rows of the audit trail are kept. */
export const keptFor = z
  .string()
  .regex(/^[1-9]\d{0,4}[dwy]$/, 'is a number of days, weeks or years, such as 90d, 26w or 2y')
  .describe('How long what happened stays in the audit trail, such as 90d or 2y. For ever unless given.');

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
    audit: z
      .strictObject({ keep: keptFor.optional() })
      .describe('The audit trail: who did what, when and why.')
      .optional(),
    source: sourceSchema.optional(),
    sources: sourcesSchema.optional(),
    population: populationSchema.optional(),
    identity: identitySchema,
    groups: groupsSchema.optional(),
    notify: notifySchema.optional(),
    http: httpSchema.optional(),
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
