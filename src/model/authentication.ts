/** A secret by reference. It is resolved when it is needed, and never kept in anything that is written. */
export type SecretReference =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string }
  /** Stands in the configuration's own text; `check` warns. */
  | { readonly kind: 'literal'; readonly value: string };

/** How a target is told who we are. */
export type Authentication =
  | ({ readonly kind: 'bearer'; readonly token: SecretReference } & Rotating)
  | ({ readonly kind: 'basic'; readonly username: string; readonly password: SecretReference } & Rotating)
  | ({ readonly kind: 'header'; readonly name: string; readonly value: SecretReference } & Rotating)
  | OAuth2
  | { readonly kind: 'none' };

export type StaticAuthentication = Exclude<Authentication, OAuth2>;

interface Ending {
  /** When the secret ends, where somebody wrote that down: milliseconds since 1970. */
  readonly expires?: number;
}

interface Rotating extends Ending {
  /** What takes the place of the first secret; used once that one is refused. */
  readonly next?: SecretReference;
}

/** A token that an authorisation server issues for a while (RFC 6749). */
export interface OAuth2 extends Ending {
  readonly kind: 'oauth2';
  readonly grant: OAuth2Grant;
  readonly tokenUrl: string;
  readonly client: ClientAuthentication;
  /** Whom assertions are for: `aud` (RFC 7523 §3). */
  readonly audience: string;
  /** Separated by blanks (RFC 6749 §3.3). */
  readonly scope?: string;
  /** Further parameters of the token request, such as `resource` (RFC 8707). */
  readonly parameters: Readonly<Record<string, string>>;
}

export type OAuth2Grant =
  /** RFC 6749 §4.4. */
  | { readonly kind: 'clientCredentials' }
  /** RFC 6749 §6. What comes in the place of the refresh token is kept in the same file. */
  | { readonly kind: 'refreshToken'; readonly refreshToken: SecretReference }
  /** RFC 7523 §2.1. */
  | {
      readonly kind: 'jwtBearer';
      readonly issuer: string;
      readonly subject: string;
      readonly key: SigningKey;
    };

/** How the client proves itself at the token endpoint. */
export type ClientAuthentication =
  /** RFC 6749 §2.3.1: in the header Authorization, or in the body. */
  | { readonly kind: 'basic' | 'post'; readonly id: string; readonly secret: SecretReference }
  /** RFC 7523 §2.2. */
  | { readonly kind: 'privateKeyJwt'; readonly id: string; readonly key: SigningKey }
  /** A public client; or none at all where an assertion says enough (RFC 7521 §4.1). */
  | { readonly kind: 'none'; readonly id?: string };

export const SIGNATURES = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** How an assertion is signed (RFC 7518 §3.1, RFC 8037 §3.1). */
export type Signature = (typeof SIGNATURES)[number];

export interface SigningKey {
  /** PEM or JWK. */
  readonly privateKey: SecretReference;
  /** `kid`: which of several keys it is, where the server knows several. */
  readonly keyId?: string;
  /** What the key's own kind suggests, unless given. */
  readonly algorithm?: Signature;
}
