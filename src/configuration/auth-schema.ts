import * as z from 'zod';
import { SIGNATURES } from '../model/index.ts';
import { secret } from './schema-parts.ts';

const expires = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/,
    'is a day, such as 2027-01-31, or a time with its zone',
  )
  .describe('When the secret ends, such as 2027-01-31: a warning is told from 14 days before.')
  .optional();

/** A secret, what will take its place, and when it ends. */
const rotating = {
  next: secret
    .describe('The secret that takes the place of the first one; used as soon as that one is refused.')
    .optional(),
  expires,
};

export const oauth2Schema = z.strictObject({
  kind: z.literal('oauth2').describe('Tokens that an authorisation server issues for a while (OAuth 2.0).'),
  grant: z
    .enum(['clientCredentials', 'refreshToken', 'jwtBearer'])
    .describe('How a token is come by: client credentials, a refresh token or a signed assertion.'),
  tokenUrl: z
    .string()
    .min(1)
    .describe(
      'The token endpoint, such as https://login.example.com/oauth2/token. Plain http only on this machine.',
    ),
  clientId: z.string().min(1).describe('The name of the client; it is no secret.').optional(),
  clientSecret: secret.describe('The secret of the client.').optional(),
  clientAuthentication: z
    .enum(['basic', 'post', 'privateKeyJwt', 'none'])
    .describe(
      'How the client proves itself: its secret in the header Authorization (basic, the usual with a secret) or in the body (post), a signed assertion (privateKeyJwt, the usual with a key), or not at all.',
    )
    .optional(),
  privateKey: secret.describe('The key that signs assertions: PEM or JWK, without a passphrase.').optional(),
  keyId: z.string().min(1).describe('The `kid` of the key, where the server knows several.').optional(),
  algorithm: z
    .enum(SIGNATURES)
    .describe('How assertions are signed. RS256, ES256, ES384, ES512 or EdDSA unless given, by the key.')
    .optional(),
  audience: z.string().min(1).describe('Whom assertions are for (`aud`); tokenUrl unless given.').optional(),
  issuer: z
    .string()
    .min(1)
    .describe('Who signs the assertion of jwtBearer (`iss`); clientId unless given.')
    .optional(),
  subject: z
    .string()
    .min(1)
    .describe('For whom jwtBearer asks (`sub`), such as a user; the issuer unless given.')
    .optional(),
  refreshToken: secret
    .describe('The refresh token. In a file, which is written anew where the server gives a new one for it.')
    .optional(),
  scope: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('What the token shall be good for: text with blanks, or a list.')
    .optional(),
  parameters: z
    .record(z.string(), z.string())
    .describe('Further parameters of the token request, such as resource or audience. No secrets.')
    .optional(),
  expires,
});

export const authSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('bearer').describe('A token in the header Authorization.'),
      token: secret,
      ...rotating,
    }),
    z.strictObject({
      kind: z.literal('basic').describe('HTTP Basic authentication.'),
      username: z.string().min(1).describe('The name of the user; it is no secret.'),
      password: secret,
      ...rotating,
    }),
    z.strictObject({
      kind: z.literal('header').describe('A header of its own.'),
      name: z
        .string()
        .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is the name of an HTTP header')
        .describe('The name of the header, such as X-Api-Key.'),
      value: secret,
      ...rotating,
    }),
    oauth2Schema,
    z.strictObject({ kind: z.literal('none').describe('No credential.') }),
  ])
  .describe('How Rollcall proves to the target who it is.');

export const proxySchema = z
  .union([
    z.string().min(1),
    z.strictObject({
      url: z.string().min(1).describe('Where the proxy is, such as http://proxy.example.com:3128.'),
      username: z.string().min(1).describe('Its user, where it asks for one.').optional(),
      password: secret.optional(),
    }),
  ])
  .describe(
    'The HTTP proxy through which the target and its token endpoint are reached. What the environment says of proxies is not looked at.',
  );
