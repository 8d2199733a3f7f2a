import * as z from 'zod';

/** What several parts of the configuration have. */

export const duration = z.union([
  z.number().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)?[smhd]$/, 'is a number of seconds, or a number with s, m, h or d, such as 36h'),
]);
export const share = z.number().min(0).max(100);
export const wholeNumber = z.number().int().min(0);
export const condition = z.union([z.boolean(), z.string()]);
export const secretPlace = z
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
  .refine((value) => Object.keys(value).length === 1, { error: 'names one place: env, file or command' });
export const secret = z
  .union([secretPlace, z.string().min(1)])
  .describe(
    'Where the secret is: an environment variable, a file or a command. Text that stands here is the secret itself, which works and is warned of.',
  );

export const file = z.string().min(1).describe('The file, seen from the folder of this configuration.');
/** RFC 6901 §3. */
export const pointer = z
  .string()
  .regex(/^(\/([^~/]|~[01])*)*$/, 'is a JSON pointer, such as /value/0/people; in it, ~ is written ~0');
