import { accessiqProfile } from './accessiq/profile.ts';
import { accessiqDemoProfile } from './accessiq-demo/profile.ts';
import { atlassianProfile } from './atlassian/profile.ts';
import { awsIdentityCenterProfile } from './aws-identity-center/profile.ts';
import { cosmoProfile } from './cosmo/profile.ts';
import { cosmoControlplaneProfile } from './cosmo-controlplane/profile.ts';
import { databricksProfile } from './databricks/profile.ts';
import { datadogProfile } from './datadog/profile.ts';
import { figmaProfile } from './figma/profile.ts';
import { genericProfile } from './generic/profile.ts';
import { githubEnterpriseProfile } from './github-enterprise/profile.ts';
import { githubOrganizationProfile } from './github-organization/profile.ts';
import { gitlabProfile } from './gitlab/profile.ts';
import { grafanaProfile } from './grafana/profile.ts';
import { salesforceProfile } from './salesforce/profile.ts';
import { sentryProfile } from './sentry/profile.ts';
import { slackProfile } from './slack/profile.ts';
import { snowflakeProfile } from './snowflake/profile.ts';
import { zoomProfile } from './zoom/profile.ts';
import type { Profile } from '../../src/model/index.ts';

/** The one for every service that keeps to the standard first, then those for a service each. */
const all: readonly Profile[] = [
  genericProfile,
  cosmoProfile,
  cosmoControlplaneProfile,
  accessiqProfile,
  accessiqDemoProfile,
  atlassianProfile,
  awsIdentityCenterProfile,
  databricksProfile,
  datadogProfile,
  figmaProfile,
  githubEnterpriseProfile,
  githubOrganizationProfile,
  gitlabProfile,
  grafanaProfile,
  salesforceProfile,
  sentryProfile,
  slackProfile,
  snowflakeProfile,
  zoomProfile,
];

/** The profiles that Rollcall knows, by name. A new target is its folder and one line here. */
export function profiles(): ReadonlyMap<string, Profile> {
  return new Map(all.map((one) => [one.name, one]));
}
