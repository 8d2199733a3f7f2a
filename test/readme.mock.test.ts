import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { patient, temporaryFolder } from './support/folder.ts';
import type { Ending } from './support/folder.ts';

const run = promisify(execFile);
const page = readFileSync(fileURLToPath(new URL('../docs/mock.md', import.meta.url)), 'utf8');
const bin = fileURLToPath(new URL('../bin/rollcall.js', import.meta.url));
const title = 'A service to try a client on';

interface Block {
  readonly commands: string;
  /** What it is said to print; nothing where nothing is said. */
  readonly printed: string;
}

/** The commands of the section in their order, each with what stands under it. */
function blocksOf(text: string): readonly Block[] {
  const fences = [...text.matchAll(/^```(sh|text)\n([^]*?)^```/gm)];
  return fences.flatMap(([, kind, content], at) => {
    const after = fences[at + 1];
    const printed = after?.[1] === 'text' ? after[2]! : '';
    return kind === 'sh' ? [{ commands: content!, printed }] : [];
  });
}

/** Without what differs from run to run: ids by their order, times, and how long lines were wrapped. */
function told(texts: readonly string[]): readonly string[] {
  const ids = new Map<string, string>();
  return texts.map((text) =>
    text
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
        if (!ids.has(id)) ids.set(id, `id ${ids.size + 1}`);
        return ids.get(id)!;
      })
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time')
      .replaceAll(/127\.0\.0\.1:\d+/g, 'the mock')
      .replaceAll('\n', ''),
  );
}

/** Starts the mock of a line that the page has, on a free port, and says where it listens. */
async function originOf({ onTestFinished }: Ending, line: string): Promise<string> {
  const args = line.replace(/--port \d+/, '--port 0').split(' ');
  const child = spawn(process.execPath, [bin, ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  return new URL((JSON.parse(first) as { url: string }).url).origin;
}

test('the story of the mock goes as it is told, command by command', patient, async (context) => {
  const from = page.indexOf(`## ${title}\n`);
  expect(from).toBeGreaterThan(0);
  const [first, ...blocks] = blocksOf(page.slice(from, page.indexOf('\n## ', from)));
  expect(blocks.length).toBeGreaterThan(7);
  const [, line] = /^npx rollcall (mock .*)\n$/.exec(first!.commands)!;
  const origin = await originOf(context, line!);
  const mark = '=====';
  const script = blocks.map(({ commands }) => `${commands}printf '${mark}'\n`).join('');
  const { stdout } = await run('sh', ['-euc', script.replace(/http:\/\/127\.0\.0\.1:\d+/, origin)], {
    cwd: temporaryFolder(context),
  });
  const printed = stdout.split(mark).slice(0, -1);
  expect(told(printed)).toEqual(told(blocks.map((block) => block.printed)));
});
