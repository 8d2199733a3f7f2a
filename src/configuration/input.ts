import { RollcallError } from '../model/index.ts';
import type { Configuration, SourceConfiguration, SourcePart } from '../model/index.ts';

/**
 * The configuration with a file of changes in the place of its source: in the format of the source, or as LDIF where that
 * is a live directory. Of several sources `name` says to which the changes belong; of joined ones it is the authority.
 * Throws `RollcallError('usage')` where it is not said, or not one of them.
 */
export function withInput(configuration: Configuration, path: string, name?: string): Configuration {
  const { source, mapping } = configuration;
  const part = partOf(source, mapping.key, name);
  return {
    ...configuration,
    source: { ...changesOf(part.source, path), isDelta: true, isPart: source.connector === 'union' },
    mapping: { ...mapping, key: part.key },
  };
}

/** The sources of which each is the authority for its people. */
export function partsOf(source: SourceConfiguration, key: SourcePart['key']): readonly SourcePart[] {
  if (source.connector === 'union') return source.parts;
  return source.connector === 'join' ? [source.authority] : [{ source, key }];
}

export function partOf(
  source: SourceConfiguration,
  key: SourcePart['key'],
  name: string | undefined,
): SourcePart {
  const parts = partsOf(source, key);
  const names = parts.map((part) => part.source.name);
  if (name === undefined && parts.length > 1)
    throw new RollcallError('usage', {
      message: 'there are several sources, and the changes are those of one',
      hint: `--source says of which: ${names.join(', ')}`,
    });
  const found = name === undefined ? parts[0] : parts.find((part) => part.source.name === name);
  if (found !== undefined) return found;
  throw new RollcallError('usage', {
    message: `changes cannot be those of "${name!}"`,
    hint: `they are those of ${names.join(', ')}`,
  });
}

/** What is expected of the source's own files is not expected of changes. */
function changesOf(source: SourceConfiguration, path: string): SourceConfiguration {
  const { name, limits, where } = source;
  const common = { name, limits, ...(where && { where }) };
  switch (source.connector) {
    case 'csv':
      return { ...common, connector: 'csv', csv: { ...source.csv, path, expect: {} } };
    case 'json':
      // Whoever writes changes writes records, and not the envelope of a service.
      return {
        ...common,
        connector: 'json',
        json: { paths: [path], records: '', format: 'records', expect: {} },
      };
    case 'ldif':
      return { ...common, connector: 'ldif', ldif: { ...source.ldif, paths: [path], expect: {} } };
    case 'ldap':
      return { ...common, connector: 'ldif', ldif: { paths: [path], allowFiles: false, expect: {} } };
    case 'union':
    case 'join':
      throw new RollcallError('internal', 'a source within a population is no population');
  }
}
