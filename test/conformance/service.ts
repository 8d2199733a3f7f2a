import { loadService, services } from '../../connectors/targets/services.ts';
import type { JsonObject, Profile } from '../../src/model/index.ts';
import type { ServiceDescription } from '../../src/mock/description.ts';
import { startMock } from '../../src/mock/index.ts';
import type { Mock, Recorded } from '../../src/mock/index.ts';
import { undocumented } from './documented.ts';
import type { Provided } from './providers.ts';

/** Somebody as the service really holds them, whatever it shows. */
export interface Held {
  readonly id: string;
  readonly attributes: JsonObject;
  /** An invitation is open, and nobody has accepted it yet. */
  readonly isInvited: boolean;
  /** Neither invited nor without any invitation. */
  readonly isMember: boolean;
}

export interface HeldGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId?: string;
  /** The ids of its members. */
  readonly members: readonly string[];
}

/** A service that a profile is held against: it is spoken to over HTTP, and looked into afterwards. */
export interface Service {
  readonly url: string;
  readonly token: string;
  /** Credentials that it does not let in: one that it does not know, and one without the permission, if it has such. */
  readonly strangers: readonly string[];
  /** What was asked of it after the so-many-th request. */
  journal(since?: number): readonly Recorded[];
  people(): readonly Held[];
  groups(): readonly HeldGroup[];
  /** Everybody who is invited accepts. */
  accept(): void;
  /** Whether somebody can sign in with a password; `undefined` where the service cannot be asked. */
  signIn(userName: string, password: string): boolean | undefined;
  /** What its documentation says that it does, and others do not: nothing is to be met of the rest. */
  readonly habits: {
    /** People sign in with the password that was sent. */
    readonly signsInByPassword: boolean;
    /** There are people whom it lets nobody switch off. */
    readonly keepsSome: boolean;
    /** It answers well to what it has not done. */
    readonly mayLie: boolean;
    /** Its groups have groups as members. */
    readonly nestsGroups: boolean;
  };
  /** What a request asks for that its documentation does not name. */
  undocumented(request: Recorded): string | undefined;
  /** The next write is answered well and not carried out. */
  lie(): void;
  /** The next answer to such a request is lost, and the request carried out; false where the service cannot be made to. */
  loseAnswer(method: string): boolean;
  close(): Promise<void>;
}

export interface Start {
  /** Who is there before, as SCIM users. */
  readonly people?: readonly JsonObject[];
  /** The same, of those whom the service lets nobody switch off, if it has such. */
  readonly kept?: readonly JsonObject[];
  /** The same, of those whom it leaves out of its list, or shows there without a name, if it does so. */
  readonly unlisted?: readonly JsonObject[];
  /** How many members it may have, where it has such a limit. */
  readonly limit?: number;
}

export type Play = (start?: Start) => Promise<Service>;

const TOKEN = 'the-token-of-the-suite';
const POOR = 'a-token-without-the-permission';

/** A described service, in this process. */
export async function playDescribed(name: string): Promise<Play> {
  const service = await loadService(name);
  const { kept: ofKept, unlisted: ofUnlisted } = service.marks ?? {};
  return async ({ people = [], kept = [], unlisted = [], limit } = {}) => {
    const mock = await startMock({
      service,
      token: TOKEN,
      people: [
        ...people,
        ...kept.map((user) => ({ ...user, ...ofKept })),
        ...unlisted.map((user) => ({ ...user, ...ofUnlisted })),
      ],
      keys: [{ token: POOR, permissions: ['none'] }],
      organisations: [{ name: 'example', limit: limit ?? null }],
    });
    return described(mock, service);
  };
}

/** A service that was made for one provider, and is to be told nothing that this one does not send. */
export async function playProvided({ service, sendsPassword, strange }: Provided): Promise<Play> {
  const play = await playDescribed(service);
  return async (start) => {
    const played = await play(start);
    const habits = { ...played.habits, signsInByPassword: sendsPassword };
    return { ...played, undocumented: strange, habits };
  };
}

export function described(mock: Mock, service: ServiceDescription): Service {
  return {
    url: mock.url,
    token: TOKEN,
    strangers: ['a-token-that-nobody-knows', POOR],
    journal: (since) => mock.journal(since),
    people: () =>
      mock.users().map(({ id, membership, invitation: _, passwordSet: __, meta: ___, ...attributes }) => ({
        id,
        attributes: attributes as JsonObject,
        isInvited: membership === 'invited',
        isMember: membership === 'member',
      })),
    groups: () => mock.groups() as unknown as readonly HeldGroup[],
    accept: () => void mock.acceptAll(),
    signIn: (userName, password) => {
      try {
        mock.startSession(userName, password);
        return true;
      } catch {
        return false;
      }
    },
    habits: {
      signsInByPassword: service.signsInByPassword === true,
      keepsSome: service.marks?.kept !== undefined,
      mayLie: service.mayLie === true,
      nestsGroups: service.nestsGroups === true,
    },
    undocumented: (request) => undocumented(service, request),
    lie: () => mock.addFault({ lie: true, count: 1 }),
    loseAnswer: (method) => {
      mock.addFault({ drop: 'after', method, count: 1 });
      return true;
    },
    close: () => mock.close(),
  };
}

/**
 * The service that a profile is held against: the one of its own name, and for a profile that is of no product in
 * particular the RFCs as they stand. The strict reading of the dialect that such a one speaks is in `interop.test.ts`.
 */
export function serviceOf({ name }: Pick<Profile, 'name'>): string {
  return Object.hasOwn(services, name) ? name : 'rfc';
}
