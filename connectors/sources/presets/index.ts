import type { Preset } from '../../../src/model/index.ts';
import { auth0, auth0Csv } from './auth0.ts';
import { bamboohr, bamboohrDirectory } from './bamboohr.ts';
import { cognito } from './cognito.ts';
import { entra } from './entra.ts';
import { googleWorkspace } from './google-workspace.ts';
import { okta } from './okta.ts';
import { scim } from './scim.ts';
import { workday } from './workday.ts';

const all: readonly Preset[] = [
  okta,
  entra,
  googleWorkspace,
  auth0,
  auth0Csv,
  cognito,
  workday,
  bamboohr,
  bamboohrDirectory,
  scim,
];

/** The presets that Rollcall knows, by name, in the order in which they are shown. A new one is its file and a line here. */
export function presets(): ReadonlyMap<string, Preset> {
  return new Map(all.map((preset) => [preset.name, preset]));
}
