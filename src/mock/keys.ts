import { randomBytes } from 'node:crypto';

/** The permission of `--token`: everything, also the mock's own door. */
export const EVERYTHING = '*';

export interface Key {
  readonly token: string;
  /** Such as `scim`; `*` is everything. The one that the service asks for where nothing is said. */
  readonly permissions?: readonly string[];
  /** The first organisation where it is not said. */
  readonly organisation?: string;
  /** The person that the key stands for, by id or userName: whom `/Me` means. Nobody where it is not said. */
  readonly user?: string;
  /** For people's eyes. */
  readonly name?: string;
  /** Seconds for which it is good; for ever where it is not said. */
  readonly expires?: number;
}

export interface Credential {
  /** `key-1`, by which the door speaks of it. */
  readonly id: string;
  readonly name: string | undefined;
  readonly token: string;
  readonly permissions: ReadonlySet<string>;
  readonly organisation: string;
  /** By userName until that person is first asked for, and by id from then on. */
  user: string | undefined;
  /** Milliseconds since 1970, here and below. */
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  lastUsedAt: number | undefined;
}

/** Who may come in. */
export class Keys {
  readonly #credentials = new Map<string, Credential>();
  /** By the whole header, so that it is taken apart once. */
  readonly #seen = new Map<string, Credential>();
  #made = 0;

  /** Takes the place of a key with the same token. */
  add(key: Key, permissions: readonly string[], organisation: string, now: number): Credential {
    const { token, name, expires, user } = key;
    const credential: Credential = {
      id: `key-${++this.#made}`,
      name,
      token,
      permissions: new Set(permissions),
      organisation,
      createdAt: now,
      expiresAt: expires === undefined ? undefined : now + expires * 1000,
      lastUsedAt: undefined,
      user,
    };
    this.#credentials.set(token, credential);
    this.#seen.clear();
    return credential;
  }

  /** The credential of an Authorization header, or why there is none. */
  find(
    header: string | undefined,
    schemeOptional: boolean,
    now: number,
  ): Credential | 'missing' | 'unknown' | 'expired' {
    if (header === undefined || header === '') return 'missing';
    const credential = this.#seen.get(header) ?? this.#read(header, schemeOptional);
    if (!credential) return 'unknown';
    if (credential.expiresAt !== undefined && credential.expiresAt <= now) return 'expired';
    credential.lastUsedAt = now;
    return credential;
  }

  #read(header: string, schemeOptional: boolean): Credential | undefined {
    const bearer = /^bearer +/i.exec(header);
    if (!bearer && !schemeOptional) return undefined;
    const credential = this.#credentials.get(header.slice(bearer?.[0].length ?? 0).trim());
    // Only the usual spelling is remembered: it is good wherever a key is asked for, and there is one of it a key.
    if (credential && bearer?.[0] === 'Bearer ') this.#seen.set(header, credential);
    return credential;
  }

  /** Oldest first. */
  all(): readonly Credential[] {
    return [...this.#credentials.values()];
  }

  /** Whether there was one with this id. */
  remove(id: string): boolean {
    const credential = this.all().find((one) => one.id === id);
    this.#seen.clear();
    return credential !== undefined && this.#credentials.delete(credential.token);
  }

  clear(): void {
    this.#credentials.clear();
    this.#seen.clear();
    this.#made = 0;
  }
}

export function allows({ permissions }: Credential, permission: string): boolean {
  return permissions.has(permission) || permissions.has(EVERYTHING);
}

export function randomToken(): string {
  return `mock_${randomBytes(18).toString('base64url')}`;
}
