import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { patient, temporaryFolder } from '../support/folder.ts';
import { TOKEN, playService } from '../support/service.ts';

const root = join(import.meta.dirname, '..', '..');

/** A line for each event, as the script's own comment shows them. */
const events = [
  {
    type: 'hire',
    person: {
      employee_id: 'E2001',
      first_name: 'Ada',
      last_name: 'Lovelace',
      display_name: 'Ada Lovelace',
      email: 'ada@example.com',
      title: 'Analyst',
      department: 'Engineering',
      manager_id: '',
      groups: '',
      phone: '',
    },
  },
  { type: 'change', person: { employee_id: 'E2001', title: 'Countess' } },
  { type: 'change', person: { employee_id: 'E2001', title: 'Countess' } },
  { type: 'promote', person: {} },
  { type: 'leave', person: { employee_id: 'E2001' } },
  { type: 'dismiss', person: { employee_id: 'E2001' }, reason: 'the laptop was stolen' },
  { type: 'dismiss', person: { employee_id: 'E9999' } },
];

test(
  'the HR script of the examples hires, changes and switches off, and goes on after an event that is none',
  patient,
  async (context) => {
    const folder = temporaryFolder(context);
    const mock = await playService(context, 'cosmo');
    const configuration = readFileSync(join(root, 'config', 'rollcall.yaml'), 'utf8')
      .replace('http://127.0.0.1:4100/scim/v2', mock.url)
      .replace('./people/day1.csv', './people.csv')
      .replace('../rollcall.db', './rollcall.db');
    writeFileSync(join(folder, 'rollcall.yaml'), configuration);
    copyFileSync(join(root, 'config', 'people', 'day1.csv'), join(folder, 'people.csv'));
    const script = spawn(
      process.execPath,
      [join(root, 'config', 'examples', 'hr-event.js'), 'rollcall.yaml'],
      {
        cwd: folder,
        env: { COSMO_API_KEY: TOKEN, TMPDIR: folder },
        stdio: 'pipe',
      },
    );
    script.stdin.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const [out, problems, [code]] = await Promise.all([
      text(script.stdout),
      text(script.stderr),
      once(script, 'close') as Promise<[number]>,
    ]);
    expect(problems).toMatch(/^"promote" is no event\nnobody has the key E9999\n/);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      'cosmo  create E2001  done',
      expect.stringMatching(/^cosmo {2}update E2001 {2}\w+/),
      'cosmo  deactivate E2001  done',
    ]);
    expect(code).toBe(1);
    expect(mock.users()).toMatchObject([{ externalId: 'E2001', active: false }]);
  },
);
