import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveSecret } from '../../src/configuration/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import type { SecretReference } from '../../src/model/index.ts';
import { temporaryFolder } from './support.ts';

const env = { PATH: process.env['PATH'], TOKEN: 's3cret', EMPTY: '', LINES: 'a\nb' };

async function refusal(reference: SecretReference): Promise<string> {
  try {
    await resolveSecret(reference, env);
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'configuration') return error.message;
    throw error;
  }
  throw new Error('this secret was expected to be refused');
}

describe('a secret', () => {
  it('comes from the environment', async () => {
    expect(await resolveSecret({ kind: 'env', name: 'TOKEN' }, env)).toBe('s3cret');
    expect(await refusal({ kind: 'env', name: 'NOPE' })).toBe('the environment variable NOPE is not set');
    expect(await refusal({ kind: 'env', name: 'EMPTY' })).toBe('the environment variable EMPTY is empty');
    expect(await refusal({ kind: 'env', name: 'sk_live_51abc' })).not.toContain('sk_live');
  });

  it('comes from a file, without one line break at its end', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'token');
    for (const [text, secret] of [
      ['s3cret', 's3cret'],
      ['s3cret\n', 's3cret'],
      ['s3cret\r\n', 's3cret'],
      [' s3cret ', ' s3cret '],
    ] as const) {
      writeFileSync(path, text);
      expect(await resolveSecret({ kind: 'file', path }, env)).toBe(secret);
    }
    writeFileSync(path, 's3cret\n\n');
    expect(await refusal({ kind: 'file', path })).toContain('holds a line break');
    writeFileSync(path, '\n');
    expect(await refusal({ kind: 'file', path })).toContain('is empty');
    expect(await refusal({ kind: 'file', path: join(folder, 'none') })).toContain('is not there');
    mkdirSync(join(folder, 'folder'));
    expect(await refusal({ kind: 'file', path: join(folder, 'folder') })).toContain('is a folder');
  });

  it('comes from what a command prints', async () => {
    expect(await resolveSecret({ kind: 'command', command: 'printf "%s\\n" "$TOKEN"' }, env)).toBe('s3cret');
  });

  it('is told of when its command fails, without anything that it printed', async () => {
    const command = 'echo s3cret; echo "no such vault: s3cret" >&2; exit 3';
    expect(await refusal({ kind: 'command', command })).toBe(
      'the command for the secret ended with exit code 3: no such vault: ***',
    );
  });

  it('is bounded when its command prints without end', async () => {
    expect(await refusal({ kind: 'command', command: 'yes s3cret' })).toBe(
      'the command for the secret printed more than any secret has',
    );
  });

  it('is not waited for longer than its time, whoever holds the pipe open', async () => {
    for (const command of ['sleep 60', 'sleep 60 & sleep 60', 'setsid sleep 5 & wait']) {
      const started = performance.now();
      await expect(resolveSecret({ kind: 'command', command }, env, { commandSeconds: 0.2 })).rejects.toThrow(
        'the command for the secret took longer than 0.2 seconds',
      );
      expect(performance.now() - started).toBeLessThan(4000);
    }
  });

  it('takes neither a line break nor another control character', async () => {
    expect(await refusal({ kind: 'env', name: 'LINES' })).toContain('holds a line break');
    expect(await refusal({ kind: 'literal', value: 'a\u0000b' })).not.toContain('a\u0000b');
  });
});
