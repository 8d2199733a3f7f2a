import * as z from 'zod';
import { NOTICES } from '../model/index.ts';
import { duration, secret, secretPlace } from './schema-parts.ts';

const whenTold = {
  on: z
    .array(z.enum(NOTICES))
    .min(1)
    .describe(
      'Of what: failed (a target, or a run), held (a plan waits for an approval), leavers (somebody left and could not be switched off), recovered (what was told is over). All unless given.',
    )
    .optional(),
  repeat: duration
    .describe('What lasts is told again after so long. 24h unless given; nothing is told more often.')
    .optional(),
  timeout: duration.describe('How long it may take: 10s unless given, 60s at most.').optional(),
  people: z
    .boolean()
    .describe('Whether the keys of people are told too, of leavers who are still on. No unless given.')
    .optional(),
};
const address = z
  .string()
  .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'is one e-mail address, such as it@example.com')
  .max(320);
/** A word of a command line ends at its NUL. */
const word = z.string().regex(/^[^\0]*$/, 'has no NUL character');

export const notifySchema = z
  .array(
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('webhook').describe('An HTTP POST of JSON.'),
        url: z
          .union([z.string().min(1), secretPlace])
          .describe(
            'Where it goes, by https; plain http only on this machine. { env: … }, { file: … } or { command: … } where whoever knows the address may write there.',
          ),
        secret: secret
          .describe('Signs what is sent, by HMAC-SHA256, as standardwebhooks.com has it.')
          .optional(),
        ...whenTold,
      }),
      z.strictObject({
        kind: z.literal('command').describe('A program that reads JSON from its standard input.'),
        command: z
          .array(word)
          .min(1)
          .describe('The program and its arguments, as a list; no shell reads them.'),
        env: z
          .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is the name of an environment variable'))
          .describe('Environment variables that it needs, besides PATH, HOME, USER, LANG, TZ and TMPDIR.')
          .optional(),
        ...whenTold,
      }),
      z.strictObject({
        kind: z.literal('email').describe('An e-mail, by SMTP.'),
        server: z
          .string()
          .min(1)
          .describe(
            'The mail server: smtps://host, or smtp://host:587, which has to speak STARTTLS unless it is this machine.',
          ),
        from: address.describe('The address that it comes from.'),
        to: z.union([address, z.array(address).min(1)]).describe('Who gets it.'),
        username: z
          .string()
          .min(1)
          .describe('The name at the mail server, where it asks for one.')
          .optional(),
        password: secret.describe('The password at the mail server.').optional(),
        ...whenTold,
      }),
    ]),
  )
  .describe('Who is told when a person has to look, and when all is well again.');
