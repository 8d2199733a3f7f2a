import { accessiqDemoProfile } from './accessiq-demo/profile.ts';
import { accessiqProfile } from './accessiq/profile.ts';
import { awsIdentityCenterProfile } from './aws-identity-center/profile.ts';
import { cosmoControlplaneProfile } from './cosmo-controlplane/profile.ts';
import { cosmoProfile } from './cosmo/profile.ts';
import { genericProfile } from './generic/profile.ts';
import { githubEnterpriseProfile } from './github-enterprise/profile.ts';
import { githubOrganizationProfile } from './github-organization/profile.ts';
import { salesforceProfile } from './salesforce/profile.ts';
import type { Profile } from '../../src/model/index.ts';

const all: readonly Profile[] = [
  genericProfile,
  cosmoProfile,
  cosmoControlplaneProfile,
  accessiqProfile,
  accessiqDemoProfile,
  awsIdentityCenterProfile,
  githubEnterpriseProfile,
  githubOrganizationProfile,
  salesforceProfile,
];

/** The profiles that Rollcall knows, by name. A new target is its folder and one line here. */
export function profiles(): ReadonlyMap<string, Profile> {
  return new Map(all.map((one) => [one.name, one]));
}
