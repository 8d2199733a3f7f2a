import type { GroupRule, Source, SourceConfiguration } from '../../src/model/index.ts';
import { countedSource } from './compose/counted.ts';
import { groupedSource } from './compose/memberships.ts';
import { unionSource } from './compose/union.ts';
import { filteredSource } from './compose/where.ts';
import { csvSource } from './csv.ts';
import { jsonSource } from './json.ts';
import { ldapSource } from './ldap.ts';
import { ldifSource } from './ldif.ts';
import type { SourceEnvironment } from './environment.ts';

export type { SourceEnvironment } from './environment.ts';

/** The source that a configuration names. A new kind of source gets its line here, and nowhere else. */
export function openSource(
  configuration: SourceConfiguration,
  environment: SourceEnvironment,
  groups: readonly GroupRule[] = [],
): Source {
  const { where, by } = configuration;
  let source = connect(configuration, environment);
  const records = groups.filter((rule) => rule.kind === 'records');
  if (records.length > 0) source = groupedSource(source, records, environment.warn ?? (() => undefined));
  if (where !== undefined) source = filteredSource(source, where);
  if (by !== undefined) source = countedSource(source, by);
  return source;
}

function connect(configuration: SourceConfiguration, environment: SourceEnvironment): Source {
  switch (configuration.connector) {
    case 'csv':
      return csvSource(configuration.name, configuration.csv, environment);
    case 'ldif':
      return ldifSource(configuration.name, configuration.ldif, environment);
    case 'json':
      return jsonSource(configuration.name, configuration.json, environment);
    case 'ldap':
      return ldapSource(configuration.name, configuration.ldap, environment);
    case 'union': {
      const parts = configuration.parts.map(({ source, key }) => ({
        source: openSource(source, environment),
        key,
      }));
      return unionSource(configuration.name, parts);
    }
  }
}
