import * as z from 'zod';

/** What several questions and answers have. */

export const isoTime = z.iso.datetime();
/** As it is told of people: what cannot be seen is in no key. */
export const keyText = z
  .string()
  .transform((text) => text.trim().normalize('NFC'))
  .pipe(
    z
      .string()
      .min(1)
      .max(1000)

      .regex(/^[^\u0000-\u001f\u007f]*$/, 'has no control characters'),
  )
  .describe('What tells a person from all others in the source.');
export const targetParams = z.object({ name: z.string().min(1).max(64) });
export const personParams = z.object({ key: keyText });

/** How much of a list is given, and from where on. */
export const page = {
  after: z.string().max(1000).describe('From what `next` of the page before says.').optional(),
  limit: z.coerce.number().int().min(1).max(1000).describe('How many: 100 unless given.').optional(),
};
export const usualPage = 100;
