import { RollcallError } from '../model/index.ts';
import type { ServiceDescription } from './description.ts';
import { emptyOrganisation } from './directory/organisation.ts';
import type { Organisation, OrganisationOptions } from './directory/organisation.ts';
import { preset, seed } from './directory/people.ts';
import type { Person } from './directory/people.ts';
import { Faults } from './faults/faults.ts';
import { EVERYTHING, Keys } from './keys.ts';
import type { Credential, Key } from './keys.ts';
import { Journal } from './journal/journal.ts';
import { maskFor } from './journal/masking.ts';
import { errorAnswer } from './protocol/answers.ts';
import type { Answer } from './protocol/exchange.ts';
import type { Postman } from './mail/postman.ts';
import type { Refusal } from './refusal.ts';

export interface WorldOptions {
  readonly service: ServiceDescription;
  readonly token: string;
  readonly keys: readonly Key[];
  readonly organisations: readonly OrganisationOptions[];
  readonly people: readonly Person[];
  readonly faults: readonly unknown[];
  readonly journal: number;
  readonly journalLength: number;
  readonly journalBodies: boolean;
  readonly clock: () => number;
  /** What sends e-mails, where they are sent. */
  readonly postman?: Postman | undefined;
}

/** Everything that one mock holds, from its start or its last reset on. */
export class World {
  readonly service: ServiceDescription;
  readonly clock: () => number;
  readonly keys = new Keys();
  readonly faults: Faults;
  readonly journal: Journal;
  readonly postman: Postman | undefined;
  readonly #options: WorldOptions;
  readonly #organisations = new Map<string, Organisation>();
  #base = '';

  constructor(options: WorldOptions) {
    this.#options = options;
    this.service = options.service;
    this.clock = options.clock;
    this.faults = new Faults(options.clock);
    this.postman = options.postman;
    this.journal = new Journal({
      size: options.journal,
      most: options.journalLength,
      bodies: options.journalBodies,
      mask: maskFor(options.service),
    });
    this.reset();
  }

  /** Back to how it was started: its people, keys and faults, and nothing else. */
  reset(): void {
    const { service, token, keys, organisations, people, faults } = this.#options;
    this.postman?.forget();
    this.journal.clear();
    this.faults.remove();
    this.keys.clear();
    this.#organisations.clear();
    for (const one of organisations) {
      if (this.#organisations.has(one.name))
        throw new RollcallError('usage', `There are two organisations called "${one.name}".`);
      this.addOrganisation(one);
    }
    const first = this.first();
    this.addKey({ token, permissions: [EVERYTHING], name: '--token' });
    for (const key of keys) {
      const { organisation = first.name } = key;
      if (!this.#organisations.has(organisation))
        throw new RollcallError(
          'usage',
          `A key names the organisation "${organisation}", which there is not.`,
        );
      if (key.token === token) throw new RollcallError('usage', 'A key has the same token as --token.');
      this.addKey(key);
    }
    seed({ service, organisation: first, now: this.clock(), base: this.#base }, people);
    for (const fault of faults) this.faults.add(fault);
  }

  organisation(name: string): Organisation | undefined {
    return this.#organisations.get(name);
  }

  /** Whether an organisation is still this world's: not if there was a reset since. */
  holds(organisation: Organisation): boolean {
    return this.#organisations.get(organisation.name) === organisation;
  }

  organisations(): readonly Organisation[] {
    return [...this.#organisations.values()];
  }

  addOrganisation(options: OrganisationOptions): Organisation {
    const { postman } = this;
    const organisation: Organisation = emptyOrganisation(this.service, options, {
      all: () => this.#organisations.values(),
      post:
        postman &&
        ((mail, of) => {
          if (this.holds(organisation)) postman.post(mail, of);
        }),
    });
    this.#organisations.set(options.name, organisation);
    preset({ service: this.service, organisation, now: this.clock(), base: this.#base });
    return organisation;
  }

  /** Of the first organisation, and with the permission that the service asks for, unless the key says otherwise. */
  addKey(key: Key): Credential {
    const { permissions = [this.service.authentication.permission], organisation = this.first().name } = key;
    return this.keys.add(key, permissions, organisation, this.clock());
  }

  first(): Organisation {
    const [first] = this.#organisations.values();
    if (!first) throw new Error('A mock has at least one organisation.');
    return first;
  }

  /** Scheme, host, port and base path; known once the mock listens. */
  base(): string {
    return this.#base;
  }

  listensAt(origin: string): void {
    this.#base = origin + this.service.basePath;
  }

  /** A refusal in the words of the service. */
  refused(refusal: Refusal, headers?: Readonly<Record<string, string>>): Answer {
    return errorAnswer(this.service, refusal, headers);
  }
}
