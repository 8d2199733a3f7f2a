/**
 * Writes the files that are made from the code: `npm run gen`. With `--check` it writes nothing, and exits with 1 where
 * a file is not what the code would make of it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { presets } from '../connectors/sources/presets/index.ts';
import { profiles } from '../connectors/targets/profiles.ts';
import { listServices } from '../connectors/targets/services.ts';
import { commandsPage, manualPage } from '../src/cli/manual.ts';
import { treeOf } from '../src/cli/tree.ts';
import { configurationSchema, profileSchema } from '../src/configuration/index.ts';
import { failureTable, faultTable, serviceTable, wordTable } from '../src/mock/index.ts';
import { capabilityTable } from '../src/reports/capabilities.ts';
import { causeTable } from '../src/reports/failures.ts';
import { presetTable } from '../src/reports/presets.ts';

const root = join(import.meta.dirname, '..');

/** Each gives a file's whole text, from its present text where only a part of it is made. */
const generators = [
  { file: 'config/schema.json', make: () => `${JSON.stringify(configurationSchema(), null, 2)}\n` },
  { file: 'config/connector.schema.json', make: () => `${JSON.stringify(profileSchema(), null, 2)}\n` },
  { file: 'docs/commands.md', make: () => pretty(commandsPage(treeOf()), 'docs/commands.md') },
  { file: 'docs/rollcall.1', make: () => manualPage(treeOf()) },
  inPlaces('README.md', async () => [
    ['capabilities', capabilityTable(profiles())],
    ['causes', causeTable()],
  ]),
  inPlaces('docs/configuration.md', async () => [['presets', presetTable(presets())]]),
  inPlaces('docs/mock.md', async () => [
    ['services', serviceTable(await listServices())],
    ['failures', failureTable()],
    ['faults', faultTable()],
    ['fault-words', wordTable()],
  ]),
];

/** As the formatter has it, which looks at this file as well. */
async function pretty(text, file) {
  const path = join(root, file);
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

/** A file of which only what stands between markers is made. */
function inPlaces(file, tables) {
  const make = async (before) =>
    (await tables()).reduce((text, [name, content]) => between(file, text, name, content), before);
  return { file, make };
}

/** A text with another content between two markers, which stay. */
function between(file, text, name, content) {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const parts = text.split(start).flatMap((part) => part.split(end));
  if (parts.length !== 3 || text.indexOf(start) > text.indexOf(end)) {
    throw new Error(`${file} needs ${start} and, after it, ${end}, once each.`);
  }
  return `${parts[0]}${start}\n\n${content}\n${end}${parts[2]}`;
}

const isCheck = process.argv.includes('--check');
const stale = [];
for (const { file, make } of generators) {
  const path = join(root, file);
  const before = await readFile(path, 'utf8').catch(() => '');
  const after = await make(before);
  if (before === after) continue;
  stale.push(file);
  if (isCheck) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, after);
}

if (stale.length > 0) {
  console.log(
    isCheck ? `stale: ${stale.join(', ')}. \`npm run gen\` makes them anew.` : `written: ${stale.join(', ')}`,
  );
  if (isCheck) process.exitCode = 1;
}
