/** A SCIM server that plays a described service, and breaks on request. It keeps everything in memory. */
export { startMock } from './start.ts';
export type { Mock, MockOptions } from './start.ts';
export type { ServiceDescription } from './description.ts';
export { readPeople } from './directory/people.ts';
export type { Person } from './directory/people.ts';
export { withSchemas } from './given/schemas.ts';
export type { OrganisationOptions } from './directory/organisation.ts';
export type { ShownGroup, ShownInvitation, ShownMail, ShownSession, ShownUser } from './door/shown.ts';
export { readKey, readOrganisation } from './given/words.ts';
export type { Recorded } from './journal/journal.ts';
export type { Key } from './keys.ts';
export { parseFault } from './faults/read.ts';
export { effects as faultEffects } from './faults/table.ts';
export { failureTable, faultHelp, faultTable, knownWords, wordTable } from './faults/known.ts';
export type { KnownWord } from './faults/known.ts';
export { serviceTable } from './tables.ts';
export type { FaultSpec } from './faults/spec.ts';
