import { cosmoControlplaneProfile } from './cosmo-controlplane/profile.ts';
import { cosmoProfile } from './cosmo/profile.ts';
import { genericProfile } from './generic/profile.ts';
import type { Profile } from '../../src/model/index.ts';

/** The profiles that Rollcall knows, by name. A new target is its folder and one line here. */
export function profiles(): ReadonlyMap<string, Profile> {
  return new Map([genericProfile, cosmoProfile, cosmoControlplaneProfile].map((one) => [one.name, one]));
}
