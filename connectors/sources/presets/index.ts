import type { Preset } from '../../../src/model/index.ts';
import { okta } from './okta.ts';

/** The presets that Rollcall knows, by name, in the order in which they are shown. A new one is its file and a line here. */
export function presets(): ReadonlyMap<string, Preset> {
  return new Map([okta].map((preset) => [preset.name, preset]));
}
