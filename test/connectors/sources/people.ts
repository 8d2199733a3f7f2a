import { writeFile } from 'node:fs/promises';
import { openSource } from '../../../connectors/sources/index.ts';
import type { SourceEnvironment } from '../../../connectors/sources/index.ts';
import { profiles } from '../../../connectors/targets/profiles.ts';
import { askedOf, columnsOf, loadConfiguration, withinOf } from '../../../src/configuration/index.ts';
import type { Problem, Receipt, SourceRecord } from '../../../src/model/index.ts';
import { mapRecord, recordKey } from '../../../src/planning/map.ts';
import { openKeyedTexts } from '../../../src/store/keyed.ts';

/** Somebody as the engine sees them; a sentence where their record could not be mapped. */
export type Person =
  string | { readonly active: boolean; readonly userName: unknown; readonly groups: readonly string[] };

export interface Population {
  readonly people: Readonly<Record<string, Person>>;
  readonly records: readonly SourceRecord[];
  readonly receipt: Receipt;
  readonly warnings: readonly string[];
}

export const targets = `targets: { app: { connector: generic, baseUrl: "http://127.0.0.1:1", auth: { kind: none } } }\n`;

/** Everybody whom a configuration, called rollcall.yaml among these files, makes of the others. */
export async function peopleIn(
  path: (name: string) => string,
  files: Readonly<Record<string, string>>,
  keyed: SourceEnvironment['keyed'] = openKeyedTexts,
): Promise<Population> {
  for (const [name, content] of Object.entries(files)) await writeFile(path(name), content);
  const configuration = await loadConfiguration(path('rollcall.yaml'), {
    profiles: profiles(),
    presets: new Map(),
    env: {},
  });
  const { mapping } = configuration;
  const warnings: string[] = [];
  const environment = {
    clock: Date.now,
    keyed,
    warn: ({ message }: Problem) => void warnings.push(message),
  };
  const source = openSource(configuration.source, environment, {
    groups: mapping.groups,
    within: withinOf(configuration),
  });
  const people: Record<string, Person> = {};
  const records: SourceRecord[] = [];
  const reading = source.read(columnsOf(configuration), askedOf(configuration));
  // While it is read, because what is joined is forgotten with the last record.
  for (;;) {
    const step = await reading.next();
    if (step.done) return { people, records, receipt: step.value, warnings };
    records.push(...step.value);
    for (const record of step.value) {
      const key = recordKey(mapping, record);
      if (typeof key !== 'string') continue;
      const { identity, refusal } = mapRecord(mapping, key, record);
      people[key] =
        identity === undefined
          ? refusal.reason
          : {
              active: identity.active,
              userName: identity.attributes['userName'],
              groups: identity.groups,
            };
    }
  }
}
