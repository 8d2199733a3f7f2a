export interface Signals {
  readonly signal: AbortSignal;
  /** 130 or 143 after a signal; undefined without one. */
  readonly exitCode: number | undefined;
  close(): void;
}

const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/** The first signal asks to stop: what is in flight is finished. The second stops at once, which the next run survives. */
export function openSignals(onFirst: (exitCode: number) => void): Signals {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const listener = (): void => {
      if (exitCode !== undefined) process.exit(codes[name]);
      exitCode = codes[name];
      onFirst(exitCode);
      controller.abort();
    };
    process.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    close: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}

/** For a command that only reads: a signal ends it at once, and what it wrote for itself is put away on the way out. */
export async function endOnSignal<T>(command: () => Promise<T>): Promise<T> {
  const signals = openSignals((exitCode) => process.exit(exitCode));
  try {
    return await command();
  } finally {
    signals.close();
  }
}
