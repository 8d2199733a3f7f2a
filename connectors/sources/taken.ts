import { stat } from 'node:fs/promises';
import type { SourceConfiguration } from '../../src/model/index.ts';
import { findPages } from './pages.ts';

/**
 * When what a source has to be read was written, in milliseconds since 1970: of several files, the oldest; of a live
 * directory, now; of several sources, nothing. 0 where it is not there.
 */
export async function takenAt(source: SourceConfiguration, now: number): Promise<number> {
  if (source.connector === 'ldap') return now;
  const paths = pathsOf(source);
  const pages = await findPages(paths).catch(() => []);
  const times = await Promise.all(
    pages.map(({ path }) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return times.length === 0 ? 0 : Math.min(...times);
}

function pathsOf(source: SourceConfiguration): readonly string[] {
  switch (source.connector) {
    case 'csv':
      return [source.csv.path];
    case 'json':
      return source.json.paths;
    case 'ldif':
      return source.ldif.paths;
    case 'ldap':
    case 'union':
    case 'join':
      return [];
  }
}
