import * as z from 'zod';
import { SCOPES } from '../model/index.ts';
import { duration, secretPlace, wholeNumber } from './schema-parts.ts';

const perMinute = wholeNumber.min(1).max(1_000_000);

const keySchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
        'is made of letters, digits, -, _ and ., 64 at most, and begins with a letter or digit',
      )
      .describe('Whose key it is: this stands in the log and in the audit trail.'),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'is the sha256 of a key in hexadecimal, as `rollcall key new` prints it')
      .describe('The sha256 of the key, as `rollcall key new` prints it.')
      .optional(),
    key: secretPlace
      .describe('Where the key itself is, in the place of its hash; 32 characters at least.')
      .optional(),
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .describe(
        'What it is good for: metrics (figures without people), read (what the command line shows), provision (a sign-in), events (a hire, a change, a leave), approve, operate (pause, resume, retry, offboard).',
      ),
  })
  .refine(({ hash, key }) => (hash === undefined) !== (key === undefined), {
    error: 'has either `hash`, or `key` with the place where the key is',
  });

export const httpSchema = z
  .strictObject({
    host: z.string().min(1).describe('The address to listen on: 127.0.0.1 unless given.').optional(),
    port: wholeNumber.max(65_535).describe('The port: 4101 unless given; 0 for any.').optional(),
    tls: z
      .strictObject({
        cert: z.string().min(1).describe('A file with the certificate and its chain (PEM).'),
        key: z.string().min(1).describe('A file with its private key (PEM).'),
      })
      .describe('For https. Without it, it listens on this machine alone.')
      .optional(),
    behindProxy: z
      .boolean()
      .describe('Whether a proxy that speaks TLS stands before it, so that it may listen elsewhere without.')
      .optional(),
    keys: z.array(keySchema).min(1).describe('Who may ask, and what. `rollcall key new` makes a key.'),
    rate: z
      .strictObject({
        perKey: perMinute.describe('Requests a minute of one key: 600 unless given.').optional(),
        wrongKeys: perMinute
          .describe('Requests a minute of one address that come with a wrong key or none: 30 unless given.')
          .optional(),
      })
      .describe('Beyond these, the answer is 429.')
      .optional(),
    provisionWithin: duration
      .describe('How long somebody who signs in waits for an answer: 10s unless given, 60s at most.')
      .optional(),
    knownFor: duration
      .describe(
        'Somebody whom an event or a sign-in made known can be missed by a read once one had them, or after so long: 14d unless given.',
      )
      .optional(),
  })
  .describe('What the daemon answers by HTTP. Nothing, unless this is given.');
