import { expect, test } from 'vitest';
import { commandsPage, manualPage } from '../../src/cli/manual.ts';
import { treeOf } from '../../src/cli/tree.ts';
import { KINDS } from '../../src/model/index.ts';

test('what approve may be told to let through alone are all kinds that there are', () => {
  const approve = treeOf().commands.find(({ name }) => name === 'approve')!;
  const only = approve.options.find(({ long }) => long === '--only')!;
  expect(only.description.split(': ')[1]!.split(', ')).toEqual(KINDS);
});

test('a command behind another word is told with its options and examples', () => {
  const page = commandsPage(treeOf());
  expect(page).toContain('| [`key new`](#key-new) | make a key');
  expect(page).toMatch(
    /## key new\n[^#]+rollcall key new --name <name> --scope <scopes>\n[^#]+\| `--scope <scopes>` \| [^#]+rollcall key new --name hr --scope events\n/,
  );
  expect(page).not.toMatch(/^## key$/m);
  expect(manualPage(treeOf())).toMatch(/^\.SS rollcall key new /m);
});
