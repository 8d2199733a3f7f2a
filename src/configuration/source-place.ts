import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import type { Environment } from './secret.ts';

/** Where a source stands in the configuration, and what it is read with. */
export interface SourcePlace {
  readonly reading: Reading;
  readonly path: Path;
  /** That its files are seen from. */
  readonly folder: string;
  readonly env: Environment | undefined;
  /** The presets that lie under the sources, by the name of each. */
  readonly presets: ReadonlyMap<string, string>;
}
