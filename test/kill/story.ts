import { randomFrom } from '../scenarios/random.ts';
import type { Random } from '../scenarios/random.ts';
import type { Mock, Recorded } from '../../src/mock/index.ts';
import { person } from '../support/company.ts';
import type { Person } from '../support/company.ts';
import type { Ending } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import { journalled, playService, TOKEN, writes } from '../support/service.ts';

/**
 * When the program is killed: when it is about to send a request that writes; when that is sent, and not answered; when
 * it is answered, and not written down; or when all of a transaction is done but its end.
 */
export const PHASES = ['before', 'sent', 'answered', 'transaction'] as const;
export type Phase = (typeof PHASES)[number];

export interface Told {
  readonly kills: Readonly<Record<Phase, number>>;
  readonly rounds: number;
  readonly writes: number;
  /** What is not as it must be. */
  readonly faults: readonly string[];
}

const hook = new URL('./hook.js', import.meta.url).href;
/** Nothing is held: what is looked at is that nothing is lost. */
const kinds = ['create', 'update', 'deactivate', 'reactivate', 'memberAdd', 'memberRemove'] as const;
const teams = ['Red', 'Blue', 'Green'] as const;

const configuration = (url: string): string => `state: ./rollcall.db
source: { connector: csv, path: ./people.csv, key: "\${record.id}", limits: { shrunk: 100 } }
identity:
  userName: \${record.email}
  name: { givenName: "\${record.first}", familyName: "\${record.last}" }
  active: { from: "\${record.status}", on: [active], off: [left] }
groups:
  - { from: "\${split(record.department, \\";\\")}" }
targets:
  app:
    connector: generic
    baseUrl: ${url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
    concurrency: 4
    groups: {}
    limits: { ${kinds.map((kind) => `${kind}: { count: 1000000 }`).join(', ')} }
`;

/** Kills the program so often, at drawn moments of rounds that each change a company a little, and looks at what is there. */
export async function tell(
  ending: Ending,
  options: { readonly seed: number; readonly kills: number },
): Promise<Told> {
  const place = openPlace(ending);
  const mock = await playService(ending, 'rfc');
  place.write('rollcall.yaml', configuration(mock.url));
  mock.addFault('delay=8,method=POST');
  mock.addFault('delay=8,method=PATCH');
  return new Teller(place, mock, randomFrom(options.seed), options.kills).tell();
}

class Teller {
  readonly #place: Place;
  readonly #mock: Mock;
  readonly #random: Random;
  readonly #wanted: number;
  readonly #people: Person[] = Array.from({ length: 12 }, (_, index) =>
    person(index + 1, { department: 'Red' }),
  );
  readonly #kills: Record<Phase, number> = { before: 0, sent: 0, answered: 0, transaction: 0 };
  readonly #faults: string[] = [];

  constructor(place: Place, mock: Mock, random: Random, wanted: number) {
    this.#place = place;
    this.#mock = mock;
    this.#random = random;
    this.#wanted = wanted;
  }

  async tell(): Promise<Told> {
    let rounds = 0;
    for (; this.#killed() < this.#wanted && this.#faults.length === 0; rounds++) {
      const since = journalled(this.#mock);
      if (rounds > 0) this.#change();
      this.#place.people(this.#people);
      for (let count = 1 + this.#random.below(4); count > 0 && this.#killed() < this.#wanted; count--)
        await this.#kill();
      await this.#place.settle();
      await this.#judge(since);
    }
    return { kills: this.#kills, rounds, writes: writes(this.#mock).length, faults: this.#faults };
  }

  #killed(): number {
    return PHASES.reduce((sum, phase) => sum + this.#kills[phase], 0);
  }

  /** Some come, some leave or are back, some have another name, and some are in other groups. */
  #change(): void {
    const next = this.#people.length + 1;
    for (let count = 3; count > 0; count--)
      this.#people.push(person(next + count - 1, { department: this.#teams() }));
    for (const index of this.#random.some([...this.#people.keys()], 12)) {
      const before = this.#people[index]!;
      this.#people[index] = this.#random.pick([
        () => ({ ...before, status: before.status === 'left' ? 'active' : 'left' }),
        () => ({ ...before, last: `${before.last}x` }),
        () => ({ ...before, department: this.#teams() }),
      ])();
    }
  }

  #teams(): string {
    return this.#random.some(teams, 1 + this.#random.below(2)).join(';');
  }

  async #kill(): Promise<void> {
    // The phase that has had the fewest, so that all of them have as many.
    const phase = [...PHASES].sort((one, other) => this.#kills[one] - this.#kills[other])[0]!;
    const number = 1 + this.#random.below(phase === 'transaction' ? 14 : 10);
    const env = { NODE_OPTIONS: `--import ${hook}`, KILL_AT: `${phase}:${number}` };
    const { signal, code, stderr } = await this.#place.startWith({ env }, 'sync', '--quiet').ended;
    if (signal === 'SIGKILL') this.#kills[phase]++;
    else if (code !== 0) this.#faults.push(`a run ends with ${code}: ${stderr}`);
  }

  /** Nothing is missing, and nothing was done twice. */
  async #judge(since: number): Promise<void> {
    const { users } = this;
    const fault = (text: string): void => void this.#faults.push(text);
    for (const one of this.#people) {
      const own = users.filter(({ externalId }) => externalId === one.id);
      const shall = one.status === 'active';
      // Whoever has left before they were ever created has no account.
      if (own.length !== 1 && (shall || own.length > 1)) fault(`${one.id} has ${own.length} accounts`);
      const [account] = own;
      if (account === undefined) continue;
      if (account.active !== shall) fault(`${one.id} is ${account.active ? 'on' : 'off'}`);
      if (shall && account.name.familyName !== one.last)
        fault(`${one.id} is called ${account.name.familyName}`);
    }
    const made = successes(this.#mock, 0, ({ method }) => method === 'POST');
    for (const [what, count] of made) if (count > 1) fault(`${count} times ${what}`);
    const changed = successes(
      this.#mock,
      since,
      ({ method, path }) => method === 'PATCH' && !path.includes('/Groups/'),
    );
    for (const [what, count] of changed) if (count > 1) fault(`${count} times ${what}`);
    await this.#judgeGroups(fault);
    const before = writes(this.#mock).length;
    await this.#place.settle();
    if (writes(this.#mock).length > before) fault('the next sync has something to say');
  }

  get users() {
    return this.#mock.users() as unknown as readonly {
      readonly id: string;
      readonly externalId: string;
      readonly active: boolean;
      readonly name: { readonly familyName: string };
    }[];
  }

  async #judgeGroups(fault: (text: string) => void): Promise<void> {
    const owners = new Map(this.users.map(({ id, externalId }) => [id, externalId]));
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await fetch(`${this.#mock.url}/Groups?count=100`, { headers });
    const { Resources: groups = [] } = (await answer.json()) as {
      readonly Resources?: readonly {
        readonly displayName: string;
        readonly members?: readonly { value: string }[];
      }[];
    };
    for (const team of teams) {
      const shall = this.#people
        .filter(({ status, department }) => status === 'active' && department.split(';').includes(team))
        .map(({ id }) => id);
      const found = groups.filter(({ displayName }) => displayName === team);
      if (found.length > 1) fault(`there are ${found.length} groups ${team}`);
      const is = (found[0]?.members ?? []).map(({ value }) => owners.get(value) ?? value);
      if (is.sort().join() !== shall.sort().join())
        fault(`in ${team} are ${is.join()} and not ${shall.join()}`);
    }
  }
}

/** What was asked and done, with how often that was; the same twice is one too many. */
function successes(
  mock: Mock,
  since: number,
  which: (one: Recorded) => boolean,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of writes(mock, since)) {
    if (one.status === null || one.status >= 300 || !which(one)) continue;
    const { externalId, displayName } = (one.body ?? {}) as Readonly<Record<string, string>>;
    const what =
      one.method === 'POST'
        ? `${one.path} ${displayName ?? externalId}`
        : JSON.stringify([one.path, one.body]);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
}
