export type Headers = Readonly<Record<string, string>>;

/** One credential, ready to be sent. */
export interface Candidate {
  readonly headers: Headers;
  /** What it is, in words: `the token`, `a token by client credentials`. */
  readonly name: string;
  /** The one that a first one is being replaced by. */
  readonly isNext?: boolean;
  /** When it ends by its own word: milliseconds since 1970. For warnings alone. */
  readonly endsAt?: number;
}

/** What a reading of the secrets, or a token endpoint, gave. */
export interface Issued {
  /** In the order in which they are tried. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** From then on a new one is asked for: milliseconds since 1970. Absent, only a 401 asks for it. */
  readonly renewAt?: number;
  /** From then on it is good for nothing. */
  readonly endsAt?: number;
}

/** Where credentials come from. */
export interface Authorisation {
  /** Throws `RollcallError` with a sentence in which no secret stands. */
  issue(): Promise<Issued>;
  /** Whether it issues what is written down somewhere, and the same until somebody writes another. */
  readonly isWritten?: boolean;
  /** Closes the connections that are kept open. */
  close(): void;
}

/** The credential as it was last issued. */
export interface Credential {
  current(): Promise<Headers>;
  /** What to send after a 401; `undefined` where there is nothing else, so that asking again is no use. */
  renewed(used: Headers): Promise<Headers | undefined>;
  inUse(): Candidate | undefined;
}

/** Milliseconds until a renewal that failed ahead of time is tried again, while the old credential is still good. */
const breath = 10_000;

/**
 * Keeps a credential while it is good, renews it before it ends, and after a 401; those who need it at the same time share
 * one issue. Of several candidates the first one is used that was not refused. `onUse` is told of each that comes into use.
 */
export function openCredential(
  issue: () => Promise<Issued>,
  now: () => number,
  onUse: (candidate: Candidate) => void = () => undefined,
): Credential {
  let known: Promise<Issued> | undefined;
  let renewing: Promise<Issued> | undefined;
  let refused: readonly Headers[] = [];
  let inUse: Candidate | undefined;

  function start(): Promise<Issued> {
    const started = issue();
    known = started;
    // A secret that could not be read now may be there the next time.
    started.catch(() => {
      if (known === started) known = undefined;
    });
    return started;
  }

  function renew(): Promise<Issued> {
    renewing ??= start().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  /** What is still good stays in use where the renewal fails ahead of time. */
  async function upToDate(): Promise<Issued> {
    const latest = await (known ?? start());
    if (latest.renewAt === undefined || now() < latest.renewAt) return latest;
    const isOver = latest.endsAt !== undefined && now() >= latest.endsAt;
    if (isOver) return renew();
    return renew().catch(() => {
      const kept = { ...latest, renewAt: now() + breath };
      known = Promise.resolve(kept);
      return kept;
    });
  }

  function unrefused({ candidates }: Issued): Candidate | undefined {
    return candidates.find(({ headers }) => !refused.some((one) => isSame(one, headers)));
  }

  function use(candidate: Candidate): Headers {
    if (inUse === undefined || !isSame(inUse.headers, candidate.headers)) onUse(candidate);
    inUse = candidate;
    return candidate.headers;
  }

  return {
    inUse: () => inUse,
    async current() {
      const issued = await upToDate();
      return use(unrefused(issued) ?? issued.candidates[0]);
    },
    async renewed(used) {
      const latest = await (known ?? start());
      const present = unrefused(latest) ?? latest.candidates[0];
      if (!isSame(present.headers, used)) return use(present);
      refused = [...refused, used];
      const fresh = unrefused(await renew());
      if (fresh !== undefined) return use(fresh);
      // Whoever refuses all of them may take back one of them later.
      refused = [];
      return undefined;
    },
  };
}

function isSame(left: Headers, right: Headers): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
