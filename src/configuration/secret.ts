import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { RollcallError } from '../model/index.ts';
import type { SecretReference } from '../model/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const maximumBytes = 64 * 1024;

export interface SecretOptions {
  readonly commandSeconds?: number;
  /** `text`: several lines, as a key has; one line unless given. */
  readonly shape?: 'line' | 'text';
}

/**
 * The secret that a reference stands for, read now. Throws `RollcallError('configuration')` with a sentence in which
 * neither the secret nor anything that a command printed to stdout stands.
 */
export async function resolveSecret(
  reference: SecretReference,
  env: Environment,
  { commandSeconds = 10, shape = 'line' }: SecretOptions = {},
): Promise<string> {
  const value = await read(reference, env, commandSeconds);
  const place = describeSecret(reference);
  if (value === '') throw refuse(`${place} is empty`);
  if (shape === 'line' && /[\p{Cc}]/u.test(value))
    throw refuse(`${place} holds a line break or another control character within`, 'a secret is one line');
  return value;
}

/** `the environment variable COSMO_API_KEY`: the place, never what is there. */
export function describeSecret(reference: SecretReference): string {
  switch (reference.kind) {
    case 'env':
      return isVariableName(reference.name)
        ? `the environment variable ${reference.name}`
        : 'the environment variable';
    case 'file':
      return `the secret file ${reference.path}`;
    case 'command':
      return 'the command for the secret';
    case 'literal':
      return 'the secret in the configuration';
  }
}

/** What is surely a name. Anything else may be the secret itself, put where its name belongs, and is not repeated. */
export function isVariableName(name: string): boolean {
  return /^[A-Z_][A-Z0-9_]{0,63}$/.test(name);
}

async function read(reference: SecretReference, env: Environment, seconds: number): Promise<string> {
  switch (reference.kind) {
    case 'literal':
      return reference.value;
    case 'env': {
      const value = env[reference.name];
      if (value === undefined)
        throw refuse(
          `${describeSecret(reference)} is not set`,
          'set it for whatever runs Rollcall: `export` in a shell, `Environment` of a service; `file` and `command` are other places',
        );
      return value;
    }
    case 'file':
      return readSecretFile(reference);
    case 'command':
      return runCommand(reference.command, env, seconds);
  }
}

async function readSecretFile(reference: SecretReference & { kind: 'file' }): Promise<string> {
  try {
    const bytes = await readFile(reference.path);
    if (bytes.length > maximumBytes) throw refuse(`${describeSecret(reference)} is larger than any secret`);
    return withoutLineBreak(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof RollcallError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why: Readonly<Record<string, string>> = {
      ENOENT: 'is not there',
      ENOTDIR: 'is not there',
      EACCES: 'may not be read by this user',
      EPERM: 'may not be read by this user',
      EISDIR: 'is a folder',
    };
    throw refuse(
      `${describeSecret(reference)} ${why[code ?? ''] ?? `cannot be read (${code ?? 'unknown reason'})`}`,
    );
  }
}

function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}

function runCommand(command: string, env: Environment, seconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let stdout = '';
    let stderr = '';
    let stopped: string | undefined;
    const stop = (why: string): void => {
      stopped ??= why;
      // The shell's own children too; and whoever got away from it shall not keep us waiting at the other end.
      if (child.pid !== undefined) killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => stop(`took longer than ${seconds} seconds`), seconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length + text.length > maximumBytes) return stop('printed more than any secret has');
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < maximumBytes) stderr += text;
    });
    const fail = (why: string): void => {
      const said = withoutSecrets(stderr, stdout);
      reject(refuse(`the command for the secret ${why}${said === '' ? '' : `: ${said}`}`));
    };
    child.on('error', () => {
      clearTimeout(timer);
      fail('could not be started');
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (stopped !== undefined) return fail(stopped);
      if (code !== 0)
        return fail(code === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${code}`);
      resolve(withoutLineBreak(stdout));
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** What a command said of its failure, in one bounded line, without anything that it printed as the secret. */
function withoutSecrets(stderr: string, stdout: string): string {
  let said = stderr;
  for (const line of stdout.split('\n').map((part) => part.trim()))
    if (line !== '') said = said.replaceAll(line, '***');
  const line = said.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function refuse(message: string, hint?: string): RollcallError {
  return new RollcallError('configuration', { message, ...(hint !== undefined && { hint }) });
}
