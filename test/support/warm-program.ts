import { once } from 'node:events';

/**
 * The built program in a process that has it loaded: one command line after the other, each as `bin/rollcall.js` hands it
 * over. Half of the time of all tests was that of some eight hundred starts.
 */
export interface Asked {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Built {
  readonly main: (argv: readonly string[]) => Promise<void>;
}

const built = new URL('../../dist/main.js', import.meta.url).href;

/** Keeps what is written to a stream. */
function listen(stream: NodeJS.WriteStream): () => string {
  let text = '';
  stream.setMaxListeners(0);
  stream.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const done = rest.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  return () => text;
}

async function answer({ args, cwd, env }: Asked): Promise<Answered> {
  const stdout = listen(process.stdout);
  const stderr = listen(process.stderr);
  process.chdir(cwd);
  // Its own variables, since native code asks the process itself where temporary files go.
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
  process.exitCode = undefined;
  const { main } = (await import(built)) as Built;
  await main(args);
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { code, stdout: stdout(), stderr: stderr() };
}

process.setMaxListeners(0);
process.once('disconnect', () => process.exit());
for (;;) {
  const [asked] = (await once(process, 'message')) as [Asked];
  process.send!(await answer(asked));
}
