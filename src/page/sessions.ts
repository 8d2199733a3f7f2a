import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ApiKeyConfiguration, Configuration } from '../model/index.ts';
import type { Caller } from '../http/world.ts';

const minute = 60_000;
/** Whoever does nothing for so long signs in anew, and everybody does after so long. */
export const idleFor = 30 * minute;
export const longestFor = 12 * 60 * minute;
/** So many are remembered: the one that was used longest ago goes first. */
const most = 1000;

interface Session {
  readonly key: ApiKeyConfiguration;
  readonly began: number;
  used: number;
}

/**
 * Who is signed in. It is kept in memory alone: a restart ends every session, and so does a key that is changed in the
 * configuration or taken out of it. Of the key itself nothing is kept.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #secret = randomBytes(32);

  /** Begins one for whoever has shown a key, and gives what the cookie has; nothing where the configuration has no such key. */
  begin(configuration: Configuration, caller: Caller, now: number): string | undefined {
    const key = configuration.http?.keys.find(({ name }) => name === caller.name);
    if (key === undefined) return undefined;
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(id, { key, began: now, used: now });
    if (this.#sessions.size > most) this.#sessions.delete(this.#sessions.keys().next().value!);
    return id;
  }

  /** Who it is, with what the key is good for by the configuration as it is now. */
  callerOf(configuration: Configuration, id: string | undefined, now: number): Caller | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (id === undefined || session === undefined) return undefined;
    this.#sessions.delete(id);
    const key = configuration.http?.keys.find(({ name }) => name === session.key.name);
    const isOver = now - session.used > idleFor || now - session.began > longestFor;
    if (isOver || key === undefined || !isDeepStrictEqual(key.key, session.key.key)) return undefined;
    // Whoever was here last stands last.
    session.used = now;
    this.#sessions.set(id, session);
    return { name: key.name, scopes: new Set(key.scopes) };
  }

  end(id: string): void {
    this.#sessions.delete(id);
  }

  /** What a form of this session, or of a sign-in with this cookie, has to bring along. */
  tokenFor(id: string): string {
    return createHmac('sha256', this.#secret).update(id).digest('base64url');
  }

  isTokenFor(id: string, token: string): boolean {
    const [right, given] = [Buffer.from(this.tokenFor(id)), Buffer.from(token)];
    return right.length === given.length && timingSafeEqual(right, given);
  }
}

/** What a browser keeps under a name (RFC 6265 §5.4); nothing where it is not of the kind that is written here. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [own, value] = part.trim().split('=', 2);
    if (own === name && value !== undefined && /^[\w-]{43}$/.test(value)) return value;
  }
  return undefined;
}

/** Only for this host, out of reach of scripts, and never sent along by a page of elsewhere. */
export function cookie(name: string, value: string, { isSecure }: { readonly isSecure: boolean }): string {
  const age = value === '' ? '; Max-Age=0' : '';
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}${age}`;
}
