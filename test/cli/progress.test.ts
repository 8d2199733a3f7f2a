import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { openProgress } from '../../src/cli/progress.ts';
import type { Configuration } from '../../src/model/index.ts';

const options = { config: 'rollcall.yaml', color: false, logLevel: 'silent', quiet: false } as const;
const configuration = { targets: [{ name: 'app', pace: { concurrency: 1 } }] } as unknown as Configuration;

test('a terminal is told how much was asked, and then how much is done and left', () => {
  vi.useFakeTimers();
  try {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
    const written = (): string => String(stream.read() ?? '').replaceAll('\r\u001b[2K', '|');
    const progress = openProgress(options, stream as never);
    progress.ask(() => 1);
    progress.ask(() => 7);
    vi.advanceTimersByTime(250);
    expect(written()).toBe('|asking who is there already: 1 request');
    progress.stop();
    expect(written()).toBe('|');
    progress.start(new Map([['app', 4]]), configuration);
    progress.step('app', { kind: 'done' } as never);
    progress.step('wiki', { kind: 'done' } as never);
    vi.advanceTimersByTime(250);
    expect(written()).toMatch(/^\|app: 1\/4, .*\/s, .* left$/);
    progress.stop();
    progress.stop();
    expect(written()).toBe('|');
    vi.advanceTimersByTime(1000);
    expect(written()).toBe('');
  } finally {
    vi.useRealTimers();
  }
});

test('a file, a quiet run and one that tells JSON are told nothing', () => {
  for (const [isTTY, more] of [
    [false, {}],
    [true, { quiet: true }],
    [true, { json: true }],
  ] as const) {
    const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 });
    const progress = openProgress({ ...options, ...more }, stream as never);
    progress.ask(() => 1);
    progress.start(new Map([['app', 4]]), configuration);
    progress.stop();
    expect(stream.read()).toBe(null);
  }
});
