import { RollcallError } from '../model/index.ts';
import type { ServiceDescription } from './description.ts';
import { readPeople } from './directory/people.ts';
import type { OrganisationOptions } from './directory/organisation.ts';
import { acceptOne, acceptSome, declineOne, startSession } from './door/acts.ts';
import { shownGroups, shownInvitation, shownMails, shownSession, shownUsers } from './door/shown.ts';
import type { ShownGroup, ShownInvitation, ShownMail, ShownSession, ShownUser } from './door/shown.ts';
import type { Recorded } from './journal/journal.ts';
import { randomToken } from './keys.ts';
import type { Key } from './keys.ts';
import { buildServer } from './http/server.ts';
import { withSchemas } from './given/schemas.ts';
import { Postman } from './mail/postman.ts';
import { readMailServer } from './mail/server.ts';
import { World } from './world.ts';

export interface MockOptions {
  readonly service: ServiceDescription;
  /** 0 or nothing: any free one. */
  readonly port?: number;
  /** `127.0.0.1` where nothing is said. */
  readonly host?: string;
  /** The credential with every permission; a random one where nothing is given. */
  readonly token?: string;
  /** Further API keys, with the permissions that they are to have. */
  readonly keys?: readonly Key[];
  /** The first one is the token's; one named `example` where nothing is given. */
  readonly organisations?: readonly OrganisationOptions[];
  /** Who is there from the start, as members: an array of SCIM Users, or a ListResponse. */
  readonly people?: unknown;
  /** The file that they come from, for messages. */
  readonly peopleFile?: string;
  /** More resource types, and further extensions of those that the service has, as `withSchemas` reads them. */
  readonly schemas?: unknown;
  /** The file that they come from, for messages. */
  readonly schemasFile?: string;
  /** As JSON or as text, such as `status=500,method=POST,count=3`. */
  readonly faults?: readonly unknown[];
  /** How many requests the journal keeps; 100,000 where nothing is said. */
  readonly journal?: number;
  /** How many characters of them at most, the oldest going first; 256 million where nothing is said. */
  readonly journalLength?: number;
  /** Whether it keeps their bodies. */
  readonly journalBodies?: boolean;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** `smtp://host:port` of a mail server that is to get every invitation as an e-mail; the mailbox has it in any case. */
  readonly smtp?: string;
  /** Takes a sentence about what goes wrong while the mock runs, such as a mail server that is not there. */
  readonly tell?: (sentence: string) => void;
}

export interface Mock {
  /** The SCIM base URL. */
  readonly url: string;
  /** Scheme, host and port; the mock's own door is at `/_mock`. */
  readonly origin: string;
  readonly port: number;
  readonly token: string;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
  /** The rest is what the door tells, for tests in the same process. The organisation is the first one unless named. */
  users(organisation?: string): readonly ShownUser[];
  groups(organisation?: string): readonly ShownGroup[];
  journal(since?: number): readonly Recorded[];
  mailbox(organisation?: string): readonly ShownMail[];
  sessions(organisation?: string): readonly ShownSession[];
  invitations(organisation?: string): readonly ShownInvitation[];
  /** One invitation, by id or e-mail address. */
  accept(name: string, organisation?: string): ShownInvitation;
  decline(name: string, organisation?: string): ShownInvitation;
  /** So many of the open invitations, oldest first; all where nothing is said. */
  acceptAll(count?: number, organisation?: string): readonly ShownInvitation[];
  startSession(userName: string, password?: string): ShownSession;
  /** Throws `RollcallError('usage')` for a fault that is none. */
  addFault(fault: unknown): void;
  clearFaults(): void;
  reset(): void;
}

/** Starts a SCIM server that plays a service. Throws `RollcallError('usage')` for a port that is taken, people that are none or schemas that cannot be served. */
export async function startMock(options: MockOptions): Promise<Mock> {
  const token = options.token ?? randomToken();
  const clock = options.clock ?? Date.now;
  const postman = options.smtp === undefined ? undefined : postmanOf(options.smtp, options, () => origin);
  let origin = '';
  const world = new World({
    service:
      options.schemas === undefined
        ? options.service
        : withSchemas(options.service, options.schemas, options.schemasFile),
    token,
    keys: options.keys ?? [],
    organisations: options.organisations?.length ? options.organisations : [{ name: 'example' }],
    people: options.people === undefined ? [] : readPeople(options.people, options.peopleFile),
    faults: options.faults ?? [],
    journal: options.journal ?? 100_000,
    journalLength: options.journalLength ?? 256_000_000,
    journalBodies: options.journalBodies ?? true,
    clock,
    postman,
  });
  const app = buildServer(world);
  origin = await listen(app, options.host ?? '127.0.0.1', options.port ?? 0);
  world.listensAt(origin);
  return {
    ...inspection(world),
    url: world.base(),
    origin,
    port: Number(new URL(origin).port) || 80,
    token,
    close: () => {
      postman?.close();
      return app.close();
    },
  };
}

function postmanOf(
  smtp: string,
  { clock = Date.now, tell = () => undefined }: MockOptions,
  origin: () => string,
) {
  return new Postman({ server: readMailServer(smtp), clock, origin, tell });
}

async function listen(app: ReturnType<typeof buildServer>, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(error, host, port);
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const place = `${host}:${port}`;
  const hint = 'Choose another with --port; 0 takes any free one.';
  if (code === 'EADDRINUSE')
    return new RollcallError(
      'usage',
      { message: `${place} is in use by another program.`, hint },
      { cause: error },
    );
  if (code === 'EACCES')
    return new RollcallError(
      'usage',
      { message: `This user may not listen on ${place}.`, hint },
      { cause: error },
    );
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new RollcallError('usage', `"${host}" is no address of this machine.`, { cause: error });
  }
  if (code === 'ERR_SOCKET_BAD_PORT')
    return new RollcallError('usage', `${port} is no port; ports go from 0 to 65535.`, { cause: error });
  return error;
}

function inspection(world: World): Omit<Mock, 'url' | 'origin' | 'port' | 'token' | 'close'> {
  const named = (name: string | undefined) => {
    const organisation = name === undefined ? world.first() : world.organisation(name);
    if (!organisation) throw new RollcallError('usage', `The mock has no organisation "${name}".`);
    return organisation;
  };
  return {
    users: (name) => [...shownUsers(named(name))],
    groups: (name) => shownGroups(named(name)),
    journal: (since = 0) => [...world.journal.since(since)],
    mailbox: (name) => [...shownMails(named(name))],
    sessions: (name) => [...named(name).sessions.values()].map(shownSession),
    invitations: (name) => named(name).invitations.map(shownInvitation),
    accept: (id, name) => shownInvitation(acceptOne(named(name), id, world.clock())),
    decline: (id, name) => shownInvitation(declineOne(named(name), id, world.clock())),
    acceptAll: (count = Infinity, name) => acceptSome(named(name), count, world.clock()).map(shownInvitation),
    startSession: (userName, password) => {
      const body = password === undefined ? { userName } : { userName, password };
      return shownSession(startSession(world.first(), body, world.clock()));
    },
    addFault: (fault) => void world.faults.add(fault),
    clearFaults: () => void world.faults.remove(),
    reset: () => world.reset(),
  };
}
