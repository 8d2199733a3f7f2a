import {
  chmodSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exchangeSecret } from '../../src/configuration/kept-secret.ts';
import { temporaryFolder } from './support.ts';

const env = { REFRESH: 'old-one' };

function secretFile(content = 'old-one\n', mode = 0o600) {
  const folder = temporaryFolder();
  const path = join(folder, 'refresh');
  writeFileSync(path, content, { mode });
  return {
    folder,
    path,
    reference: { kind: 'file', path } as const,
    content: () => readFileSync(path, 'utf8'),
  };
}

const giving = (next?: string) => async () => ({ result: 'done', ...(next !== undefined && { next }) });

describe('a secret that is spent by its use', () => {
  it('is replaced in its file before the result is there, for its owner alone', async () => {
    const { folder, path, reference, content } = secretFile();
    let seen = '';
    expect(
      await exchangeSecret(reference, env, async (current) => {
        seen = current;
        return { result: 7, next: 'new-one' };
      }),
    ).toBe(7);
    expect(seen).toBe('old-one');
    expect(content()).toBe('new-one\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['refresh']);
  });

  it('is left as it is where nothing new comes, or the use fails', async () => {
    const { folder, reference, content } = secretFile();
    await exchangeSecret(reference, env, giving());
    await exchangeSecret(reference, env, giving('old-one'));
    await expect(exchangeSecret(reference, env, () => Promise.reject(new Error('refused')))).rejects.toThrow(
      'refused',
    );
    expect(content()).toBe('old-one\n');
    expect(readdirSync(folder)).toEqual(['refresh']);
  });

  it('is replaced behind a link', async () => {
    const { folder, reference, content } = secretFile();
    const link = join(folder, 'link');
    symlinkSync(reference.path, link);
    await exchangeSecret({ kind: 'file', path: link }, env, giving('new-one'));
    expect(content()).toBe('new-one\n');
    expect(readFileSync(link, 'utf8')).toBe('new-one\n');
  });

  it('is used by one run at a time, each with what the last one left', async () => {
    const { reference, content } = secretFile('0');
    let inside = 0;
    const use = async (current: string) => {
      expect((inside += 1)).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      return { result: current, next: String(Number(current) + 1) };
    };
    const results = await Promise.all([1, 2, 3, 4].map(() => exchangeSecret(reference, env, use)));
    expect(results.sort()).toEqual(['0', '1', '2', '3']);
    expect(content()).toBe('4\n');
  });

  it.each([
    ['had written the new one', 'newest\n', 'newest'],
    ['was in the middle of it', 'newe', 'old-one'],
    ['had nothing yet', '', 'old-one'],
  ])('goes on where a run that died %s', async (_, left, current) => {
    const { path, reference } = secretFile();
    writeFileSync(`${path}.new`, left);
    const longAgo = Date.now() / 1000 - 3600;
    utimesSync(`${path}.new`, longAgo, longAgo);
    let seen = '';
    await exchangeSecret(reference, env, async (secret) => {
      seen = secret;
      return { result: 1 };
    });
    expect(seen).toBe(current);
  });

  it('is not used where others may read its file', async () => {
    const { path, reference } = secretFile();
    chmodSync(path, 0o640);
    await expect(exchangeSecret(reference, env, giving('x'))).rejects.toMatchObject({
      code: 'configuration',
      message: `the secret file ${path} may be read by others`,
      problems: [{ hint: `chmod 600 ${path}` }],
    });
  });

  it('is not used where a new one could not be kept', async () => {
    const folder = temporaryFolder();
    // A name that is as long as a name may be has no room for a second file beside it.
    const path = join(folder, 'r'.repeat(255));
    writeFileSync(path, 'old-one', { mode: 0o600 });
    let uses = 0;
    await expect(
      exchangeSecret({ kind: 'file', path }, env, async () => ({ result: (uses += 1) })),
    ).rejects.toThrow(`a new secret could not be kept beside ${path}: ENAMETOOLONG`);
    expect(uses).toBe(0);
  });

  it('that is not there is said to be missing', async () => {
    const path = join(temporaryFolder(), 'nowhere');
    await expect(exchangeSecret({ kind: 'file', path }, env, giving())).rejects.toThrow(
      `the secret file ${path} is not there`,
    );
  });

  it('and stands in no file is refused once there is a new one, and neither is told', async () => {
    const reference = { kind: 'env', name: 'REFRESH' } as const;
    expect(await exchangeSecret(reference, env, giving())).toBe('done');
    const error = await exchangeSecret(reference, env, giving('new-one')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'configuration',
      message:
        'the server gave a new secret in the place of the one in the environment variable REFRESH, and it cannot be kept there',
    });
    expect(JSON.stringify(error)).not.toMatch(/old-one|new-one/);
  });
});
