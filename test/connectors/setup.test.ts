import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { presets } from '../../connectors/sources/presets/index.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { loadConfiguration } from '../../src/configuration/index.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = (name: string): URL => new URL(`../../connectors/targets/${name}/SETUP.md`, import.meta.url);

test.for([...profiles().keys()])('the configuration in %s/SETUP.md can be pasted', async (name, context) => {
  const page = readFileSync(folder(name), 'utf8');
  const [, text] = /```yaml\n([^]*?)```/.exec(page)!;
  const file = join(temporaryFolder(context), 'rollcall.yaml');
  writeFileSync(file, text!);
  const loaded = await loadConfiguration(file, { profiles: profiles(), presets: presets(), env: undefined });
  expect(loaded.targets.map(({ connector }) => connector)).toEqual([name]);
  // Whoever pastes it is not told at once what does not fit: displayName apart, which some keep and some do not, and a name
  // that the service makes of its own, which is as it shall be.
  const warned = loaded.warnings.map(({ message }) => message);
  expect(
    warned.filter((message) => !/displayName|name\.|emails|makes a name of its own/.test(message)),
  ).toEqual([]);
  expect(page).toMatch(profiles().get(name)!.groups.supported ? /groups:\n/ : /## Where roles come from/);
});
