import type { TargetConfiguration } from '../model/index.ts';

/** What is known of somebody beside the account: what was kept of the record, and the groups that they are in there. */
export interface Known {
  readonly record?: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
}

/**
 * Whether an account is protected of which no record is at hand: `protect` is asked about what it holds. A protection that
 * cannot be evaluated protects.
 */
export function protects(
  { mapping: { protect } }: Pick<TargetConfiguration, 'mapping'>,
  resource: Record<string, unknown>,
  key: string,
  { record = {}, groups = [] }: Known = {},
): boolean {
  if (protect === undefined) return false;
  const identity = { ...resource, key, active: resource['active'] === true };
  try {
    return protect.evaluate({ record, identity, groups }) === true;
  } catch {
    return true;
  }
}
