import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSource } from '../../../../connectors/sources/index.ts';
import { presets } from '../../../../connectors/sources/presets/index.ts';
import { profiles } from '../../../../connectors/targets/profiles.ts';
import { askedOf, columnsOf, loadConfiguration, withinOf } from '../../../../src/configuration/index.ts';
import { tryAll } from '../../../../src/engine/trial.ts';
import type { Configuration, Identity, Receipt } from '../../../../src/model/index.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { openKeyedTexts } from '../../../../src/store/keyed.ts';
import type { Ending } from '../../../support/folder.ts';

export const samples = join(import.meta.dirname, '../../../fixtures/sources');

/** What a person writes, and nothing else: five lines. */
export function fiveLines(
  preset: string,
  path: string,
  target = 'baseUrl: "https://app.example", auth: { kind: none }',
) {
  return [
    'state: ./rollcall.db',
    'source:',
    `  preset: ${preset}`,
    `  path: ${path}`,
    `targets: { app: { connector: generic, ${target} } }`,
  ].join('\n');
}

export interface Tried {
  readonly configuration: Configuration;
  readonly receipt: Receipt;
  /** By key; whoever is rejected has no identity, and the rule and reason in its place. */
  readonly people: Readonly<Record<string, Identity | string>>;
}

/** What a configuration makes of samples, which lie beside it in the folder `in`. */
export async function tryPreset(ending: Ending, text: string): Promise<Tried> {
  const folder = temporaryFolder(ending);
  const file = join(folder, 'rollcall.yaml');
  writeFileSync(file, text);
  symlinkSync(samples, join(folder, 'in'));
  return tryFile(file);
}

/** The same of a text in the place of the sample. */
export async function tryText(ending: Ending, configuration: string, sample: string): Promise<Tried> {
  const folder = temporaryFolder(ending);
  const file = join(folder, 'rollcall.yaml');
  writeFileSync(file, configuration);
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in/sample'), sample);
  return tryFile(file);
}

/** What a configuration makes of what lies beside it. */
export async function tryFile(file: string): Promise<Tried> {
  const configuration = await loadConfiguration(file, {
    env: undefined,
    profiles: profiles(),
    presets: presets(),
  });
  const source = openSource(
    configuration.source,
    { clock: () => Date.now(), warn: () => undefined, keyed: openKeyedTexts },
    { groups: configuration.mapping.groups, within: withinOf(configuration) },
  );
  const reading = tryAll({
    source,
    columns: columnsOf(configuration),
    asked: askedOf(configuration),
    mapping: configuration.mapping,
  });
  const people: Record<string, Identity | string> = {};
  for (;;) {
    const step = await reading.next();
    if (step.done) return { configuration, receipt: step.value, people };
    const { key = '', identity, refusal } = step.value;
    people[key] = identity ?? `${refusal!.rule}: ${refusal!.reason}`;
  }
}

/** Who is active, by key; the rule where the record was rejected. */
export function activity({ people }: Tried): Readonly<Record<string, boolean | string>> {
  return Object.fromEntries(
    Object.entries(people).map(([key, one]) => [
      key,
      typeof one === 'string' ? one.split(':')[0]! : one.active,
    ]),
  );
}
