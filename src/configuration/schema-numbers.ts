import * as z from 'zod';

/** Numbers that several parts of the configuration have. */

export const duration = z.union([
  z.number().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)?[smhd]$/, 'is a number of seconds, or a number with s, m, h or d, such as 36h'),
]);
export const share = z.number().min(0).max(100);
export const wholeNumber = z.number().int().min(0);
