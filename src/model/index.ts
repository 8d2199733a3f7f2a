/**
 * The words of Rollcall as types. Nothing here does anything, and nothing here imports anything but its neighbours.
 *
 * Source record: one raw row, with its locus. Receipt: proof of a read. Rejection: a record that could not be mapped.
 * Identity: the canonical person. Resource: a SCIM resource, references by identity key. Profile: what a target can
 * hold and how it wants to be told. Account: link and last confirmed resource in one. Operation: one sendable step.
 * Plan: a target's operations, sorted, counted, checksummed per kind. Held: waits for an approval. Halted: a target
 * that fails as a whole. In doubt: sent, and the answer was not recorded.
 */
export * from './authentication.ts';
export * from './configuration.ts';
export * from './dn.ts';
export * from './drift.ts';
export * from './errors.ts';
export * from './expression.ts';
export * from './failures.ts';
export * from './group.ts';
export * from './http.ts';
export * from './identity.ts';
export * from './json.ts';
export * from './notice.ts';
export * from './plan.ts';
export * from './preset.ts';
export * from './profile.ts';
export * from './remote.ts';
export * from './schedule.ts';
export * from './source.ts';
export * from './template.ts';
export * from './text.ts';
