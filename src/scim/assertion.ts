import * as oauth from 'oauth4webapi';
import type { SigningKey } from '../model/index.ts';
import type { Secrets } from './authorise.ts';
import { readSigningKey } from './signing-key.ts';

export interface Claims {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** Seconds: enough for a clock that is a little off; a server may refuse an end that is far away (RFC 7523 §3, 4). */
const lifetime = 120;

/**
 * A signed assertion (RFC 7523 §3), for one use; the key is read at this moment. It says nothing of when it begins, for
 * the clock of the server may be a second behind ours.
 */
export async function signAssertion(
  { privateKey, keyId, algorithm }: SigningKey,
  { issuer, subject, audience }: Claims,
  secrets: Secrets,
  now: () => number,
): Promise<string> {
  const read = readSigningKey(await secrets.read(privateKey, 'text'), algorithm);
  const seconds = Math.floor(now() / 1000);
  const sign = oauth.PrivateKeyJwt(
    { key: read.key, ...(keyId !== undefined && { kid: keyId }) },
    {
      [oauth.modifyAssertion](header, payload) {
        // The library names it as RFC 9864 does, which few servers know yet.
        header['alg'] = read.algorithm;
        delete payload['nbf'];
        Object.assign(payload, { iss: issuer, sub: subject, aud: audience });
        Object.assign(payload, { iat: seconds, exp: seconds + lifetime });
      },
    },
  );
  // It is made to prove a client; what is signed is the same for both uses of RFC 7523 §2.
  const body = new URLSearchParams();
  await sign({ issuer: audience }, { client_id: issuer }, body, new Headers());
  return body.get('client_assertion') ?? '';
}
