import { profiles } from '../../connectors/targets/profiles.ts';
import { capabilityJson, capabilityText } from '../reports/capabilities.ts';
import { print } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

/** What Rollcall knows of each kind of target. It reads no configuration, and asks nobody. */
export async function run({ json }: GlobalOptions): Promise<number> {
  await print(json ? [JSON.stringify(capabilityJson(profiles()))] : capabilityText(profiles()));
  return 0;
}
