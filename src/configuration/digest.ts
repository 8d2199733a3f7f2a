import { createHash } from 'node:crypto';
import { canonical } from '../model/index.ts';
import type { Json, Profile } from '../model/index.ts';

/** Raised when the same configuration comes to mean something else, so that every person is looked at again. */
const meaning = 1;

/** What decides what a target shall hold. Limits, pace, credentials and the base URL do not. */
export interface Deciding {
  readonly timeZone: string;
  readonly key: unknown;
  readonly previousKey: unknown;
  readonly identity: unknown;
  readonly groups: unknown;
  readonly map: unknown;
  readonly onEmpty: unknown;
  readonly createOnly: unknown;
  readonly password: unknown;
  readonly assign: unknown;
  readonly protect: unknown;
  readonly policies: unknown;
  /** Which groups are sent. */
  readonly sent: unknown;
  readonly profile: Profile;
}

/** sha256 in hexadecimal; the same for the same decisions, however they are laid out in the file. */
export function configurationDigest(deciding: Deciding): string {
  // Through text, so that what is undefined or no data at all falls out.
  const data = JSON.parse(JSON.stringify({ ...deciding, meaning })) as Json;
  return createHash('sha256').update(canonical(data)).digest('hex');
}
