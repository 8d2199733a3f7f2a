import type { Source, SourceConfiguration } from '../../src/model/index.ts';
import { csvSource } from './csv.ts';
import { jsonSource } from './json.ts';
import { ldifSource } from './ldif.ts';
import type { SourceEnvironment } from './environment.ts';

export type { SourceEnvironment } from './environment.ts';

/** The source that a configuration names. A new kind of source gets its line here, and nowhere else. */
export function openSource(configuration: SourceConfiguration, environment: SourceEnvironment): Source {
  switch (configuration.connector) {
    case 'csv':
      return csvSource(configuration.name, configuration.csv, environment);
    case 'ldif':
      return ldifSource(configuration.name, configuration.ldif, environment);
    case 'json':
      return jsonSource(configuration.name, configuration.json, environment);
  }
}
