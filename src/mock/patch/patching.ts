import type { ServedType } from '../description.ts';
import type { Reading } from '../resource/value.ts';
import type { CompiledType } from '../schema/compiled.ts';
import type { PatchOperation } from './read.ts';

export type Op = PatchOperation['op'];

/** What a PATCH is held against while it is carried out. */
export interface Patching {
  readonly compiled: CompiledType;
  readonly reading: Reading;
  readonly rules: ServedType['patch'];
  /** Terms that one filter may have. */
  readonly terms: number;
}
