import type { Operation, ServiceDescription } from '../description.ts';

/** What can be done at `/Me` (RFC 7644 §3.2, table 2): of that, what can be done to a person at all. */
export function meOperations({ features, resourceTypes }: ServiceDescription): readonly Operation[] {
  const users = features.me ? resourceTypes.find(({ type }) => type.name === 'User') : undefined;
  return users?.operations.filter((name) => name !== 'list') ?? [];
}
