import type { JsonObject } from './json.ts';

/**
 * What is known of an export that many people have: a part of a configuration, in the shape in which a person would
 * write it. The person's own configuration is laid over it.
 */
export interface Preset {
  /** What `source.preset` names it by. */
  readonly name: string;
  /** Whose export it is, and which. */
  readonly title: string;
  readonly configuration: {
    readonly source: JsonObject & { readonly connector: string; readonly key: string };
    readonly identity: JsonObject & { readonly active: StatusWords | true };
    readonly groups?: readonly JsonObject[];
  };
}

/**
 * A word that is in neither list rejects the record (rule 1), so that both name every word that is documented. `true` is for lists of
 * people who are all active.
 */
export interface StatusWords extends JsonObject {
  readonly from: string;
  readonly on: readonly (string | number | boolean)[];
  readonly off: readonly (string | number | boolean)[];
}
