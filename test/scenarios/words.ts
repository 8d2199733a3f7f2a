/** What a scenario is made of: rows as an export has them, settings as a person writes them, accounts as a service holds them. */

/** One row of the export. Every cell is text; an empty one says nothing. */
export interface Row {
  readonly id: string;
  readonly former: string;
  readonly status: string;
  readonly first: string;
  readonly last: string;
  readonly login: string;
  readonly email: string;
  readonly title: string;
  readonly department: string;
  readonly site: string;
  readonly manager: string;
  readonly phone: string;
}

export const columns = [
  'id',
  'former',
  'status',
  'first',
  'last',
  'login',
  'email',
  'title',
  'department',
  'site',
  'manager',
  'phone',
] as const satisfies readonly (keyof Row)[];

/** What stands in the file on one day. */
export interface Export {
  readonly rows: readonly Row[];
  /** People whose row is out of step with the header. */
  readonly broken: readonly Row[];
  readonly columns: readonly (keyof Row)[];
}

export type Policy = 'deactivate' | 'delete' | 'keep';
export type Kind = 'create' | 'update' | 'reactivate' | 'deactivate' | 'delete' | 'link';

export interface TargetSettings {
  readonly name: string;
  readonly connector: 'cosmo' | 'generic';
  readonly baseUrl: string;
  /** Sites whose people get no account here. */
  readonly without: readonly string[];
  readonly onLeave: Policy;
  readonly onOutOfScope: Policy;
  /** People with this title are protected. */
  readonly protect?: string;
  readonly createInactive: boolean;
  readonly mode: 'full' | 'observe';
  /** The most that may be switched off in a day. */
  readonly deactivations: number;
}

export interface Settings {
  /** How displayName is made. */
  readonly display: 'first last' | 'last, first';
  readonly targets: readonly TargetSettings[];
}

export const onWords = ['active', 'on leave'];
export const offWords = ['left', 'terminated'];

/** Per cent of records fewer than before, and of records rejected, beyond which a read is held; and what is too few to look at. */
export const sourceLimits = { shrunk: 30, rejected: 100, floor: 4 };

/** What an account says of its person. A manager is an account of the same service, by its id there. */
export interface Attributes {
  readonly externalId?: string;
  readonly userName?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly displayName?: string;
  readonly title?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly department?: string;
  readonly manager?: string;
}

export interface Account {
  readonly id: string;
  readonly active: boolean;
  readonly attributes: Attributes;
}

/** The id of an account that is yet to be made. */
export function idToCome(key: string): string {
  return `to come: ${key}`;
}

export function fold(text: string): string {
  return text.trim().toLowerCase();
}
