import type { Headers } from './authorise.ts';

/** The credential as it was last read. */
export interface Credential {
  current(): Promise<Headers>;
  /** Reads it anew after a 401; `undefined` where it is still the same, so that asking again is no use. */
  renewed(used: Headers): Promise<Headers | undefined>;
}

/** Reads the credential when it is first needed and then keeps it; those who ask at the same time share one reading. */
export function openCredential(read: () => Promise<Headers>): Credential {
  let known: Promise<Headers> | undefined;
  let renewing: Promise<Headers> | undefined;

  function start(): Promise<Headers> {
    const started = read();
    known = started;
    // A secret that could not be read now may be there the next time.
    started.catch(() => {
      if (known === started) known = undefined;
    });
    return started;
  }

  return {
    current: () => known ?? start(),
    async renewed(used) {
      const latest = await (known ?? start());
      if (!isSame(latest, used)) return latest;
      renewing ??= start().finally(() => {
        renewing = undefined;
      });
      const fresh = await renewing;
      return isSame(fresh, used) ? undefined : fresh;
    },
  };
}

function isSame(left: Headers, right: Headers): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
