import * as z from 'zod';

/** What several questions and answers have. */

export const isoTime = z.iso.datetime();
/** In a question: a moment, and not a day, which begins and ends elsewhere at another time. */
export const instant = z.iso.datetime({
  offset: true,
  error: 'has to be a date and a time, such as 2026-11-26T09:30:00Z',
});
export const milliseconds = z.int().describe('Milliseconds since 1970.');
/** A number in the query, such as that of a run. */
export const number = z.coerce.number().int().min(0);
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
export const next = z.string().describe('Where the next page begins; absent of the last.').optional();

/** A page that is full may not be the last one. */
export function nextOf<T>(
  rows: readonly T[],
  most: number,
  from: (last: T) => string | number,
): { readonly next?: string } {
  return rows.length === most ? { next: String(from(rows.at(-1)!)) } : {};
}
