import { expect, test } from 'vitest';
import { audit, headOf, headText } from '../../src/store/audit.ts';
import { endRun, startRun } from '../../src/store/runs.ts';
import { openState } from '../../src/store/state.ts';
import { person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';

test(
  'one byte of the trail that is changed by hand is found and named, and the person is explained',
  patient,
  async (context) => {
    const place = openPlace(context);
    place.configure({ baseUrl: 'http://127.0.0.1:9/scim/v2' });
    place.people([person(1)]);
    const state = openState(place.path('rollcall.db'), true);
    const run = startRun(state, { command: 'sync', actor: 'ada', now: 1 });
    audit(state, [
      { at: 2, run, target: 'app', key: 'P0001', event: 'operation.done', detail: { why: 'because' } },
    ]);
    endRun(state, run, {}, 3);
    const head = headText(headOf(state)!);
    state.db.exec(
      `DROP TRIGGER audit_is_append_only_u; UPDATE audit SET detail = '{"why":"Because"}' WHERE seq = 2`,
    );
    state.close();
    const told = await place.run('history', '--verify', '--head', head, '--json');
    expect(told.code).toBe(1);
    expect(told.json()).toMatchObject({
      verified: false,
      rows: 3,
      head,
      error: { code: 'changed', message: 'row 2 does not say what it said when it was written' },
    });
    const explained = await place.run('explain', 'P0001');
    expect(explained.code).toBe(0);
    expect(explained.stdout).toMatch(/planned: the next sync sends create[^]*trail +2 [^]*operation\.done/);
  },
);
