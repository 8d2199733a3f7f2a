import type * as z from 'zod';
import type {
  ClientAuthentication,
  OAuth2,
  OAuth2Grant,
  SecretReference,
  SigningKey,
} from '../model/index.ts';
import type { oauth2Schema } from './auth-schema.ts';
import { readTokenUrl } from './base-url.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';

type OAuth2Text = z.infer<typeof oauth2Schema>;
type Name = keyof OAuth2Text;

export interface OAuth2Place {
  readonly reading: Reading;
  /** Of `auth`. */
  readonly path: Path;
  secret(name: 'clientSecret' | 'privateKey' | 'refreshToken'): SecretReference;
}

/** What the request says anyway: a parameter of that name would say it twice (RFC 6749 §3.2). */
const ownParameters =
  /^(?:grant_type|scope|assertion|client_(?:id|secret|assertion|assertion_type)|refresh_token)$/;

/**
 * A grant with what it needs, or `undefined` where something is missing or cannot be; what belongs to another grant is
 * named, because whoever wrote it believes that it counts.
 */
export function readOAuth2(text: OAuth2Text, place: OAuth2Place): OAuth2 | undefined {
  const { reading, path } = place;
  const tokenUrl = readTokenUrl(text.tokenUrl);
  if (tokenUrl.message !== undefined) reading.problem([...path, 'tokenUrl'], tokenUrl.message, tokenUrl.hint);
  for (const name of Object.keys(text.parameters ?? {}))
    if (ownParameters.test(name))
      reading.problem(
        [...path, 'parameters'],
        'one of these is a parameter that the token request has already',
      );
  const client = readClient(text, place);
  const grant = readGrant(text, place);
  const isAsserted = client?.kind === 'privateKeyJwt' || grant?.kind === 'jwtBearer';
  if (client && grant && !isAsserted)
    superfluous(text, place, ['privateKey', 'keyId', 'algorithm', 'audience'], 'nothing is signed here');
  if (!client || !grant || tokenUrl.url === undefined) return undefined;
  const scope = text.scope === undefined ? undefined : [text.scope].flat().join(' ');
  return {
    kind: 'oauth2',
    grant,
    tokenUrl: tokenUrl.url,
    client,
    audience: text.audience ?? tokenUrl.url,
    ...(scope !== undefined && { scope }),
    parameters: text.parameters ?? {},
  };
}

function readClient(text: OAuth2Text, place: OAuth2Place): ClientAuthentication | undefined {
  const id = text.clientId;
  const kind = text.clientAuthentication ?? usualClient(text);
  if (kind !== 'basic' && kind !== 'post')
    superfluous(text, place, ['clientSecret'], `clientAuthentication is ${kind}, which sends no secret`);
  // An assertion may say all that there is to say (RFC 7521 §4.1).
  if (kind === 'none' && text.grant === 'jwtBearer') return { kind, ...(id !== undefined && { id }) };
  if (id === undefined) return missing(place, 'clientId');
  if (kind === 'none') {
    // RFC 6749 §4.4: client credentials are for clients that have some.
    if (text.grant === 'clientCredentials') return missing(place, 'clientSecret', 'or a privateKey');
    return { kind, id };
  }
  if (kind === 'privateKeyJwt') {
    const key = readKey(text, place);
    return key && { kind, id, key };
  }
  if (text.clientSecret === undefined) return missing(place, 'clientSecret');
  return { kind, id, secret: place.secret('clientSecret') };
}

function usualClient(text: OAuth2Text): ClientAuthentication['kind'] {
  if (text.clientSecret !== undefined) return 'basic';
  return text.privateKey !== undefined && text.grant !== 'jwtBearer' ? 'privateKeyJwt' : 'none';
}

function readGrant(text: OAuth2Text, place: OAuth2Place): OAuth2Grant | undefined {
  const kind = text.grant;
  if (kind !== 'refreshToken')
    superfluous(text, place, ['refreshToken'], `the grant is ${kind}, which has no refresh token`);
  if (kind !== 'jwtBearer')
    superfluous(text, place, ['issuer', 'subject'], `the grant is ${kind}, which asserts nobody`);
  switch (kind) {
    case 'clientCredentials':
      return { kind };
    case 'refreshToken': {
      if (text.refreshToken === undefined) return missing(place, 'refreshToken');
      const refreshToken = place.secret('refreshToken');
      if (refreshToken.kind !== 'file')
        place.reading.warning(
          [...place.path, 'refreshToken'],
          'a refresh token that the server replaces cannot be kept here',
          'a server may give a new one at each use, and the old one is spent then: { file: PATH } has it written back',
        );
      return { kind, refreshToken };
    }
    case 'jwtBearer': {
      const issuer = text.issuer ?? text.clientId;
      const key = readKey(text, place);
      if (issuer === undefined) return missing(place, 'issuer', 'or a clientId, which is then the issuer');
      return key && { kind, issuer, subject: text.subject ?? issuer, key };
    }
  }
}

function readKey(text: OAuth2Text, place: OAuth2Place): SigningKey | undefined {
  if (text.privateKey === undefined) return missing(place, 'privateKey');
  return {
    privateKey: place.secret('privateKey'),
    ...(text.keyId !== undefined && { keyId: text.keyId }),
    ...(text.algorithm !== undefined && { algorithm: text.algorithm }),
  };
}

function superfluous(
  text: OAuth2Text,
  { reading, path }: OAuth2Place,
  names: readonly Name[],
  why: string,
): void {
  for (const name of names)
    if (text[name] !== undefined)
      reading.problem(
        [...path, name],
        `${name} has no effect: ${why}`,
        name === 'audience'
          ? 'a parameter of the token request belongs under parameters'
          : 'leave it out, or look at grant and clientAuthentication',
      );
}

function missing({ reading, path }: OAuth2Place, name: Name, hint?: string): undefined {
  reading.problem(path, `${name} is missing`, hint);
}
