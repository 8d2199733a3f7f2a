import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKeyConfiguration, Configuration } from '../model/index.ts';
import type { Caller, World } from './world.ts';

/** What a key looks like: 256 bits at random, and by what people and scanners know it. */
export const KEY_BEGINS = 'rollcall_';
/** Of a key that is not one of ours; what is shorter could be guessed. */
const shortest = 32;

/** Since a key is 256 bits at random, a plain hash of it can be kept: there is nothing to be tried out. */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

interface Known {
  readonly hash: Buffer;
  readonly caller: Caller;
}

/** Tells by a key who asks. Keys whose text is elsewhere are read once for each configuration. */
export class Keys {
  readonly #world: Pick<World, 'secretOf' | 'log'>;
  #of: Configuration | undefined;
  #known: Promise<readonly Known[]> = Promise.resolve([]);

  constructor(world: Pick<World, 'secretOf' | 'log'>) {
    this.#world = world;
  }

  /** Compares with every key, in a time that says nothing of how much of one was right. */
  async callerOf(configuration: Configuration, given: string): Promise<Caller | undefined> {
    if (this.#of !== configuration) {
      this.#of = configuration;
      this.#known = Promise.all((configuration.http?.keys ?? []).map((key) => this.#knownOf(key))).then(
        (all) => all.filter((one) => one !== undefined),
      );
    }
    const hash = Buffer.from(hashOf(given), 'hex');
    let caller: Caller | undefined;
    for (const one of await this.#known) if (timingSafeEqual(one.hash, hash)) caller = one.caller;
    return caller;
  }

  async #knownOf({ name, key, scopes }: ApiKeyConfiguration): Promise<Known | undefined> {
    const caller = { name, scopes: new Set(scopes) };
    if ('hash' in key) return { hash: Buffer.from(key.hash, 'hex'), caller };
    try {
      const text = await this.#world.secretOf(key);
      if (text.length >= shortest) return { hash: Buffer.from(hashOf(text), 'hex'), caller };
      this.#world.log.error({ key: name }, `this key has less than ${shortest} characters, and is not taken`);
    } catch (error) {
      this.#world.log.error({ key: name, reason: (error as Error).message }, 'this key cannot be read');
    }
    return undefined;
  }
}

/** The key of a request; nothing where it has none. RFC 6750 §2.1. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +([\x21-\x7e]{1,512}) *$/i.exec(header ?? '')?.[1];
}
