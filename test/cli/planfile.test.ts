import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseOthersFiles } from '../../src/cli/planfile.ts';
import type { Configuration } from '../../src/model/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';

const header = '{"rollcall":"0.1.0","source":{"count":1},"targets":{}}\n';

function open(ending: Ending) {
  const folder = temporaryFolder(ending);
  const path = (name: string): string => join(folder, name);
  const configuration = {
    file: path('rollcall.yaml'),
    state: path('rollcall.db'),
    source: { connector: 'json', json: { paths: [path('people.ndjson')] } },
  } as unknown as Configuration;
  const write = (name: string, text: string) => writeFileSync(path(name), text);
  return { path, write, refuse: (name: string) => refuseOthersFiles(path(name), configuration) };
}

test('a plan is written where nothing is, or an earlier plan, or an empty file', async (context) => {
  const { write, refuse } = open(context);
  write('earlier.ndjson', `${header}{"target":"app"}\n`);
  write('cut.ndjson', '{"rollcall":"0.1.0","source":{"cou');
  write('empty.ndjson', '');
  for (const name of ['new.ndjson', 'earlier.ndjson', 'cut.ndjson', 'empty.ndjson', 'rollcall.db.ndjson'])
    await refuse(name);
  await refuse('/../../../../../../../../../dev/null');
});

test("a plan is written over nothing else: a connector of the user's own, notes, another program's lines", async (context) => {
  const { path, write, refuse } = open(context);
  const texts = {
    'helpdesk.yaml': 'name: helpdesk\n',
    'helpdesk.ts': 'export default {};\n',
    'rows.ndjson': '{"target":"app"}\n',
    'almost.json': '{"rollcall":"0.1.0"}\n',
    'blank.txt': '\n',
  };
  for (const [name, text] of Object.entries(texts)) {
    write(name, text);
    await expect(refuse(name)).rejects.toMatchObject({
      code: 'usage',
      problems: [
        {
          message: `the plan would be written over ${path(name)}, which is there already and is no plan`,
          hint: 'name another file under --out, or remove that one',
        },
      ],
    });
    expect(readFileSync(path(name), 'utf8')).toBe(text);
  }
});

test('what the configuration names is nobody’s plan: not where it is not there yet, nor where it looks like one', async (context) => {
  const { path, write, refuse } = open(context);
  write('people.ndjson', header);
  symlinkSync(path('people.ndjson'), path('link.ndjson'));
  write('rollcall.db-wal', '');
  const names = ['people.ndjson', 'link.ndjson', 'rollcall.db', 'rollcall.db-wal', 'rollcall.db.app.lock'];
  for (const name of [...names, 'rollcall.yaml'])
    await expect(refuse(name)).rejects.toThrow(/the plan would be written over \S+$/);
});
