import { randomBytes } from 'node:crypto';

/** The permission of `--token`: everything, also the mock's own door. */
export const EVERYTHING = '*';

export interface Key {
  readonly token: string;
  /** Such as `scim`; `*` is everything. */
  readonly permissions: readonly string[];
  /** The first organisation where it is not said. */
  readonly organisation?: string;
  /** The person that the key stands for, by id or userName: whom `/Me` means. Nobody where it is not said. */
  readonly user?: string;
}

export interface Credential {
  readonly token: string;
  readonly permissions: ReadonlySet<string>;
  readonly organisation: string;
  /** By userName until that person is first asked for, and by id from then on. */
  user: string | undefined;
}

/** Who may come in. */
export class Keys {
  readonly #credentials = new Map<string, Credential>();
  /** By the whole header, so that it is taken apart once. */
  readonly #seen = new Map<string, Credential>();

  add(token: string, permissions: readonly string[], organisation: string, user?: string): Credential {
    const credential = { token, permissions: new Set(permissions), organisation, user };
    this.#credentials.set(token, credential);
    this.#seen.clear();
    return credential;
  }

  /** The credential of an Authorization header, or why there is none. */
  find(header: string | undefined, schemeOptional: boolean): Credential | 'missing' | 'unknown' {
    if (header === undefined || header === '') return 'missing';
    const seen = this.#seen.get(header);
    if (seen) return seen;
    const bearer = /^bearer +/i.exec(header);
    if (!bearer && !schemeOptional) return 'unknown';
    const credential = this.#credentials.get(header.slice(bearer?.[0].length ?? 0).trim());
    // Only the usual spelling is remembered: it is good wherever a key is asked for, and there is one of it a key.
    if (credential && bearer?.[0] === 'Bearer ') this.#seen.set(header, credential);
    return credential ?? 'unknown';
  }

  clear(): void {
    this.#credentials.clear();
    this.#seen.clear();
  }
}

export function allows({ permissions }: Credential, permission: string): boolean {
  return permissions.has(permission) || permissions.has(EVERYTHING);
}

export function randomToken(): string {
  return `mock_${randomBytes(18).toString('base64url')}`;
}
