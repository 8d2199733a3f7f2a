import * as z from 'zod';
import { file, pointer } from './schema-parts.ts';

/** Several files of one group each, so that their names tell which. */
const oneStar = z
  .string()
  .regex(/^[^*]*\*[^*/\\]*$/, 'has one * behind its last slash: it stands for the id of the group');
export const listedGroups = z
  .strictObject({
    path: z
      .union([file, z.array(file).min(1)])
      .describe('The list of groups: a file, several, or a pattern with * behind its last slash.'),
    records: pointer
      .describe('The JSON pointer to the list of groups. The whole document unless given.')
      .optional(),
    name: z.string().min(1).describe('The name of a group, such as ${record.displayName}.'),
    match: z
      .string()
      .min(1)
      .describe(
        'The id, such as ${record.id}: of a group, of a person, and of each in the list of members alike.',
      ),
    nested: z
      .enum(['flatten', 'keep'])
      .describe(
        'Whether who is in a group within a group is a member of both (flatten, the usual); or (keep) the inner one is a member of the outer one, where a target holds groups in groups, and flattened where it does not.',
      )
      .optional(),
    expect: z
      .strictObject({
        noMore: pointer
          .describe('Where the last page of groups, or of members, would say that there are more.')
          .optional(),
      })
      .describe('What must hold of the lists before they count as complete.')
      .optional(),
    members: z
      .strictObject({
        path: z
          .union([oneStar, z.array(oneStar).min(1)])
          .describe(
            'The lists of members, a file for each group: * stands for its id, with -2 behind it on page 2.',
          ),
        records: pointer
          .describe('The JSON pointer to the list of members. The whole document unless given.')
          .optional(),
        sign: pointer
          .describe('What stands in every answer, such as /kind, where an empty list is left out of it.')
          .optional(),
      })
      .describe('Where the members of each group are.'),
  })
  .describe('Groups that are listed apart from the people, and their members in lists of their own.');

export type ListedGroupsText = z.output<typeof listedGroups>;
