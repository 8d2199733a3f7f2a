import * as z from 'zod';
import { listedGroups } from './listed-schema.ts';
import { condition, duration, file, pointer, secret, share, wholeNumber } from './schema-parts.ts';

const character = z.string().length(1);

/** What every source has: who a person is, and what a read must not do. */
const key = z
  .string()
  .min(1)
  .describe(
    'What tells a person from all others, such as ${record.employee_id}: it never changes and is never reused.',
  );
const fileMode = {
  mode: z
    .enum(['full', 'delta'])
    .describe(
      'full (the usual): everybody is in it. delta: only what changed, and whoever is not in it is as before.',
    )
    .optional(),
};
/** What a source of files has besides. */
const watched = {
  watch: z
    .union([z.boolean(), duration])
    .describe(
      'Whether the daemon syncs when the files have changed, once they have been still for a moment: 3 seconds (true), or so long.',
    )
    .optional(),
};
const everySource = {
  previousKey: z
    .string()
    .min(1)
    .describe('The key that the person had before, where the source says so: the links move with it.')
    .optional(),
  where: condition
    .describe('Which records are people, such as ${"inetOrgPerson" in record.objectClass}. All unless given.')
    .optional(),
  confirmAbsence: z
    .boolean()
    .describe('Whether somebody has to be missing from two complete reads in a row to count as a leaver.')
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

const anyExpectation = {
  minimum: wholeNumber.describe('The least number of records.').optional(),
  by: z
    .string()
    .min(1)
    .describe(
      'By what records are counted in parts, such as ${record.department}: each may shrink no more than all.',
    )
    .optional(),
};
const everyExpectation = {
  ...anyExpectation,
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

const searchBase = z.string().describe('A distinguished name, such as ou=people,dc=example,dc=com.');
const searching = {
  filter: z
    .string()
    .min(1)
    .describe('Which entries are read (RFC 4515), such as (objectClass=inetOrgPerson). All unless given.')
    .optional(),
  scope: z
    .enum(['sub', 'one', 'base'])
    .describe('sub: the base and all below it (the usual); one: what is right below it; base: itself alone.')
    .optional(),
};
const search = z.strictObject({ base: searchBase, ...searching });

/** A source of any kind, with what tells a person from all others or without it. */
const sourceWith = <K extends z.ZodType>(keyed: { readonly key: K }) =>
  z.discriminatedUnion('connector', [
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
      ...fileMode,
      ...watched,
      ...keyed,
    }),
    z.strictObject({
      connector: z.literal('ldif').describe('LDIF files with the entries of a directory (RFC 2849).'),
      path: z
        .union([file, z.array(file).min(1)])
        .describe('The file, several, or a pattern with * behind its last slash: the parts of one export.'),
      allowFiles: z
        .boolean()
        .describe(
          "Whether a value may stand in a file of its own, below the export's folder. No unless given.",
        )
        .optional(),
      expect: expecting({}),
      ...everySource,
      ...fileMode,
      ...watched,
      ...keyed,
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
      groups: listedGroups.optional(),
      ...everySource,
      ...fileMode,
      ...watched,
      ...keyed,
    }),
    z.strictObject({
      connector: z.literal('ldap').describe('A live directory, by LDAP (RFC 4511).'),
      url: z
        .string()
        .min(1)
        .describe(
          'The server: ldaps://host:port, or ldap://host:port with startTls. Plain ldap is for this machine.',
        ),
      startTls: z
        .boolean()
        .describe('Encrypt a connection of ldap:// before anything is said. No unless given.')
        .optional(),
      ca: z
        .string()
        .min(1)
        .describe(
          'A file with the certificates of your authority (PEM), in the place of those that come with Node.',
        )
        .optional(),
      bind: z
        .strictObject({ dn: z.string().min(1).describe('The name of who asks.'), password: secret })
        .describe('Who asks. Nobody in particular unless given.')
        .optional(),
      base: z
        .union([searchBase, z.array(z.union([searchBase, search])).min(1)])
        .describe(
          'Where the search begins, or several such places, each with a filter and a scope of its own if it has one.',
        ),
      ...searching,
      pageSize: wholeNumber
        .describe('How many entries are asked for at a time; 0 for all at once. 500 unless given.')
        .optional(),
      timeout: duration.describe('How long one answer may take. 60s unless given.').optional(),
      incremental: z
        .strictObject({
          by: z
            .enum(['modifyTimestamp', 'uSNChanged'])
            .describe('The attribute that tells when an entry was changed; uSNChanged in Active Directory.'),
          full: duration
            .describe(
              'After how long everybody is read again: only that finds who is gone. 24h unless given.',
            )
            .optional(),
        })
        .describe('Read only what was changed since the last read, and everybody from time to time.')
        .optional(),
      expect: z
        .strictObject(anyExpectation)
        .describe('What must hold of a read before it counts as complete.')
        .optional(),
      ...everySource,
      ...keyed,
    }),
  ]);

export const sourceSchema = sourceWith({ key }).describe('Where the people are read from.');

export type SourceText = z.output<typeof partSchema>;

const sourceName = z
  .string()
  .regex(
    /^[A-Za-z][\w-]{0,63}$/,
    'is made of letters, digits, - and _, 64 at most, and begins with a letter',
  );
export const unionSchema = z
  .array(sourceName)
  .min(1)
  .describe('The sources that have the people together, each being the authority for its own.');
/** Of one that is joined, the key stands where it is joined. */
export const partSchema = sourceWith({ key: key.optional() });
export const sourcesSchema = z
  .record(sourceName, partSchema)
  .describe('Several sources, each under a name of your own; population says what they are to each other.');
export const joinSchema = z
  .strictObject({
    authority: sourceName.describe('The source that says who is a person at all.'),
    with: z
      .record(sourceName, z.string().min(1))
      .refine((others) => Object.keys(others).length > 0, { error: 'names no other source' })
      .describe(
        "Other sources, each with what it has in the place of the authority's key, such as ${first(record.uid)}.",
      ),
  })
  .describe('One source with the people, and others that add to them: record.NAME is what they say.');
export const populationSchema = z
  .strictObject({ union: unionSchema.optional(), join: joinSchema.optional() })
  .refine(({ union, join }) => (union === undefined) !== (join === undefined), {
    error: 'is either a union or a join',
  })
  .describe('How several sources make up the people.');
