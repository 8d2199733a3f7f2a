import { spawn } from 'node:child_process';

/** What every program may need to know. Secrets of the environment are not among it. */
const usual = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR'];

export interface Started {
  readonly command: readonly string[];
  /** Further variables that it may have. */
  readonly env: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly input: string;
  readonly milliseconds: number;
}

/** Resolves where the program ends with 0. No shell reads its arguments, and what it prints goes nowhere. */
export function startCommand({ command, env, environment, input, milliseconds }: Started): Promise<void> {
  const [program = '', ...parameters] = command;
  const given = Object.fromEntries(
    [...usual, ...env].flatMap((name) =>
      environment[name] === undefined ? [] : [[name, environment[name]]],
    ),
  );
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(why));
    const child = spawn(program, parameters, {
      env: given,
      shell: false,
      stdio: ['pipe', 'ignore', 'ignore'],
      // Of its own group, so that whatever it has started ends with it.
      detached: true,
    });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      killGroup(child.pid);
    }, milliseconds);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      fail(`it could not be started (${error.code ?? error.name})`);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (isLate) fail(`it took longer than ${milliseconds / 1000} s`);
      else if (code === 0) resolve();
      else fail(code === null ? `it was ended by ${signal}` : `it ended with exit code ${code}`);
    });
    // Whoever does not read what there is to read has not failed by it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
