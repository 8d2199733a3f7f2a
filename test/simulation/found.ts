import type { World } from './world.ts';

const usual = { onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' } as const;
const plainly = { prefix: '', targets: [usual] } as const;
const calm = { kind: 'calm', share: 0 } as const;
const row = { status: 'active', title: '', department: 'y', boss: '', groups: '' } as const;
const quietly = { minutes: 0, events: [], isAccepted: false } as const;

/** Worlds in which something was once that must never be, as small as they could be made. */
export const FOUND: Readonly<Record<string, World>> = {
  'a group that could not be asked about is asked about again, though nobody in it has changed': {
    seed: 8,
    kinds: ['plain'],
    people: ['b'],
    settings: plainly,
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'b', isThere: true, row: { ...row, login: 'b', groups: 'one' } }],
        weather: [{ kind: 'lossy', share: 100 }],
      },
      { ...quietly, seed: 3, weather: [{ kind: 'busy', share: 30 }] },
    ],
  },
  'a run ends, though people wait to come into a group whose create has no answer': {
    seed: 11,
    kinds: ['plain'],
    people: ['b'],
    settings: plainly,
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'b', isThere: true, row: { ...row, login: 'b', groups: 'one' } }],
        weather: [{ kind: 'locked', share: 100 }],
      },
      { ...quietly, seed: 1, weather: [{ kind: 'lossy', share: 60 }] },
    ],
  },
  'whoever was invited comes into their group when they have accepted': {
    seed: 9,
    kinds: ['inviting'],
    people: ['a'],
    settings: plainly,
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'a', isThere: true, row: { ...row, login: 'a', groups: 'one' } }],
        weather: [calm],
      },
    ],
  },
  'whoever was invited and is to be deleted is not gone by a 404, and is deleted when they have accepted': {
    seed: 378,
    kinds: ['inviting'],
    people: ['d'],
    settings: plainly,
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'd', isThere: true, row: { ...row, login: 'd', department: 'x' } }],
        weather: [calm],
      },
      {
        ...quietly,
        seed: 1,
        settings: { prefix: '', targets: [{ ...usual, onOutOfScope: 'delete', without: 'x' }] },
        weather: [calm],
      },
    ],
  },
  'a group whose create has no answer is looked for when the target must show it, and not before': {
    seed: 124,
    kinds: ['slow'],
    people: ['c', 'd'],
    settings: plainly,
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'd', isThere: true, row: { ...row, login: 'd' } }],
        weather: [calm],
      },
      {
        ...quietly,
        seed: 1_731_768_302,
        events: [{ who: 'c', isThere: true, row: { ...row, login: 'c', groups: 'one two' } }],
        weather: [{ kind: 'lossy', share: 10 }],
      },
    ],
  },
  'what was sent before the plan was made is not sent again for somebody who is no longer there': {
    seed: 500,
    kinds: ['plain', 'plain'],
    people: ['b'],
    settings: { prefix: '', targets: [usual, { ...usual, without: 'x' }] },
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'b', isThere: true, row: { ...row, login: 'b' } }],
        weather: [calm, calm],
        killedAfter: 34,
      },
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'b', row: { department: 'x' } }],
        weather: [calm, { kind: 'busy', share: 30 }],
      },
    ],
  },
  'a membership that waited for an account goes out when the account is there': {
    seed: 2100,
    kinds: ['plain', 'slow'],
    people: ['b'],
    settings: { prefix: '', targets: [usual, usual] },
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'b', isThere: true, row: { ...row, login: 'b', title: 'Cook' } }],
        weather: [calm, { kind: 'busy', share: 100 }],
      },
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'b', isThere: true, row: { ...row, login: 'b', groups: 'one two' } }],
        weather: [
          { kind: 'away', share: 100 },
          { kind: 'away', share: 100 },
        ],
      },
      { ...quietly, seed: 1_126_492_935, weather: [calm, { kind: 'failing', share: 60 }] },
    ],
  },
  'where a target takes its time to show what it did, that time begins when the answer is known to be lost': {
    seed: 10_998,
    kinds: ['plain', 'slow'],
    people: ['a', 'c'],
    settings: { prefix: '', targets: [usual, usual] },
    days: [
      {
        ...quietly,
        seed: 385_893_496,
        events: [
          { who: 'a', isThere: true, row: { ...row, login: 'a' } },
          { who: 'c', isThere: true, row: { ...row, login: 'c' } },
        ],
        weather: [
          { kind: 'locked', share: 10 },
          { kind: 'lossy', share: 30 },
        ],
      },
    ],
  },
  'a create that an earlier plan released, and whose answer is lost, is ours when the list had proved it absent':
    {
      seed: 432,
      kinds: ['plain', 'forgetful'],
      people: ['a', 'b', 'c', 'e'],
      settings: { prefix: '', targets: [usual, usual] },
      days: [
        {
          ...quietly,
          seed: 1,
          events: [
            { who: 'a', isThere: true, row: { ...row, login: 'a', groups: 'one' } },
            { who: 'b', isThere: true, row: { ...row, login: 'b', groups: 'one two' } },
            { who: 'e', isThere: true, row: { ...row, login: 'e', department: 'x' } },
          ],
          weather: [calm, { kind: 'locked', share: 100 }],
        },
        {
          ...quietly,
          seed: 1,
          events: [{ who: 'a', isThere: true, row: { ...row, login: 'a' } }],
          weather: [calm, { kind: 'locked', share: 30 }],
          only: 1,
        },
        {
          ...quietly,
          seed: 2_017_031_889,
          events: [{ who: 'c', isThere: true, row: { ...row, login: 'c' } }],
          weather: [
            { kind: 'busy', share: 10 },
            { kind: 'lossy', share: 30 },
          ],
        },
        {
          ...quietly,
          seed: 1,
          settings: {
            prefix: '',
            targets: [
              { onLeave: 'keep', onOutOfScope: 'keep', without: '' },
              { ...usual, without: 'x' },
            ],
          },
          weather: [calm, calm],
        },
      ],
    },
  'a group that was looked for and not found is ours when it is there after an answer was lost': {
    seed: 11,
    kinds: ['forgetful'],
    people: ['b', 'c', 'd'],
    settings: plainly,
    days: [
      {
        ...quietly,
        seed: 1_596_764_581,
        events: [
          { who: 'b', isThere: true, row: { ...row, login: 'b', groups: 'one two' } },
          { who: 'c', isThere: true, row: { ...row, login: 'c' } },
          { who: 'd', isThere: true, row: { ...row, login: 'd' } },
        ],
        weather: [{ kind: 'locked', share: 10 }],
      },
      { ...quietly, seed: 1, weather: [{ kind: 'lossy', share: 60 }] },
    ],
  },
  'a group whose create is in doubt when the plan is made is not created by that plan as well': {
    seed: 1235,
    kinds: ['plain', 'slow'],
    people: ['c', 'd'],
    settings: { prefix: '', targets: [usual, usual] },
    days: [
      {
        ...quietly,
        seed: 1,
        events: [
          { who: 'c', isThere: true, row: { ...row, login: 'c' } },
          { who: 'd', isThere: true, row: { ...row, login: 'd', boss: 'c', groups: 'one' } },
        ],
        weather: [calm, calm],
        killedAfter: 1,
      },
      {
        ...quietly,
        seed: 2_006_407_205,
        weather: [
          { kind: 'away', share: 10 },
          { kind: 'lossy', share: 60 },
        ],
      },
      { ...quietly, seed: 3, weather: [calm, { kind: 'away', share: 10 }] },
    ],
  },
  'a group whose create was under way when the run was killed is found, however late it came to the target': {
    seed: 202_270,
    kinds: ['slow'],
    people: ['a', 'b', 'c', 'd', 'e'],
    settings: { prefix: '', targets: [{ ...usual, without: 'x' }] },
    days: [
      {
        ...quietly,
        seed: 1,
        events: [
          { who: 'a', isThere: true, row: { ...row, login: 'a', department: 'x' } },
          { who: 'b', isThere: true, row: { ...row, login: 'b' } },
          { who: 'c', isThere: true, row: { ...row, login: 'c', department: 'x' } },
          { who: 'd', isThere: true, row: { ...row, login: 'd', department: 'x', boss: 'a' } },
          { who: 'e', isThere: true, row: { ...row, login: 'e', groups: 'one' } },
        ],
        weather: [calm],
      },
      {
        ...quietly,
        seed: 1,
        events: [
          { who: 'b', isThere: true, row: { ...row, login: 'b', department: 'x', groups: 'one two' } },
        ],
        weather: [calm],
      },
      {
        ...quietly,
        seed: 462_701_717,
        settings: plainly,
        weather: [{ kind: 'failing', share: 10 }],
        killedAfter: 44,
      },
      { ...quietly, seed: 1_205_596_087, weather: [{ kind: 'locked', share: 10 }] },
    ],
  },
  'whoever has a manager whose account was made anew meanwhile is told of the new one, whatever they were in doubt of':
    {
      seed: 10_039_660,
      kinds: ['plain'],
      people: ['a', 'd', 'e'],
      settings: plainly,
      days: [
        {
          ...quietly,
          seed: 1,
          events: [
            { who: 'a', isThere: true, row: { ...row, login: 'a' } },
            { who: 'd', isThere: true, row: { ...row, login: 'd', title: 'Cook', boss: 'e' } },
            { who: 'e', isThere: true, row: { ...row, login: 'e' } },
          ],
          weather: [calm],
        },
        {
          ...quietly,
          seed: 1,
          events: [
            { who: 'a', isThere: false, row: {} },
            { who: 'e', row: { status: 'left' } },
          ],
          weather: [calm],
        },
        {
          ...quietly,
          seed: 1,
          settings: { prefix: 'Dr ', targets: [{ ...usual, onLeave: 'delete', without: 'x' }] },
          weather: [{ kind: 'lossy', share: 100 }],
        },
        {
          ...quietly,
          seed: 1_802_355_589,
          events: [{ who: 'e', isThere: true, row: { ...row, login: 'e' } }],
          weather: [{ kind: 'lossy', share: 30 }],
        },
      ],
    },
  'whoever was invited by a run that was killed, and has left since, is switched off when they accept': {
    seed: 1,
    kinds: ['inviting'],
    people: ['b', 'c'],
    settings: plainly,
    days: [
      {
        ...quietly,
        seed: 1,
        events: [
          { who: 'b', isThere: true, row: { ...row, login: 'b' } },
          { who: 'c', isThere: true, row: { ...row, login: 'c' } },
        ],
        weather: [calm],
        killedAfter: 22,
      },
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'c', row: { status: 'left' } }],
        weather: [calm],
        isAccepted: true,
      },
    ],
  },
  'an account that has the externalId of somebody else is not taken for its name': {
    seed: 10_097_285,
    kinds: ['inviting', 'plain'],
    people: ['a', 'b', 'c'],
    settings: { prefix: '', targets: [usual, usual] },
    days: [
      {
        ...quietly,
        seed: 1,
        events: [
          { who: 'a', isThere: true, row: { ...row, login: 'a' } },
          { who: 'b', isThere: true, row: { ...row, login: 'b' } },
          { who: 'c', isThere: true, row: { ...row, login: 'c' } },
        ],
        weather: [calm, calm],
        killedAfter: 38,
      },
      {
        ...quietly,
        seed: 1,
        events: [
          { who: 'c', row: { status: 'left' } },
          { who: 'b', row: { login: 'c' } },
        ],
        weather: [calm, calm],
        isAccepted: true,
      },
    ],
  },
  'an invitation that may be open is not forgotten when it could not be sent again, and its person leaves': {
    seed: 30_003_192,
    kinds: ['inviting'],
    people: ['b'],
    settings: plainly,
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'b', isThere: true, row: { ...row, login: 'b' } }],
        weather: [calm],
        killedAfter: 19,
      },
      { ...quietly, seed: 1, weather: [{ kind: 'lossy', share: 100 }] },
      { ...quietly, seed: 1, events: [{ who: 'b', row: { status: 'left' } }], weather: [calm] },
    ],
  },
  'a run that was killed is no attempt, however many there were before': {
    seed: 30_006_695,
    kinds: ['plain', 'put'],
    people: ['a'],
    settings: { prefix: '', targets: [usual, usual] },
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'a', isThere: true, row: { ...row, login: 'a' } }],
        weather: [calm, calm],
      },
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'a', row: { title: 'Chef', department: 'y' } }],
        weather: [calm, { kind: 'lossy', share: 100 }],
      },
      { ...quietly, seed: 1, minutes: 20, weather: [calm, calm], killedAfter: 32 },
    ],
  },
  'an invitation whose name somebody else has by now is none, and the next plan decides': {
    seed: 1_005_380,
    kinds: ['inviting'],
    people: ['a', 'e'],
    settings: plainly,
    days: [
      {
        ...quietly,
        seed: 1,
        events: [
          { who: 'a', isThere: true, row: { ...row, login: 'a' } },
          { who: 'e', isThere: true, row: { ...row, login: 'e' } },
        ],
        weather: [calm],
        killedAfter: 22,
      },
      {
        ...quietly,
        seed: 1,
        events: [
          { who: 'e', row: { login: 'a' } },
          { who: 'a', isThere: true, row: { ...row, status: 'left', login: 'a' } },
        ],
        weather: [calm],
        isAccepted: true,
      },
      {
        ...quietly,
        seed: 1,
        events: [
          { who: 'e', isThere: false, row: {} },
          { who: 'a', isThere: true, row: { status: 'active' } },
        ],
        weather: [calm],
      },
    ],
  },
  'somebody who is back while the target is halted is not switched off by what was wanted before': {
    seed: 50034564,
    kinds: ['plain'],
    people: ['a'],
    settings: { prefix: '', targets: [{ ...usual, without: 'x' }] },
    days: [
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'a', isThere: true, row: { ...row, login: 'a' } }],
        weather: [calm],
      },
      {
        ...quietly,
        seed: 1,
        events: [{ who: 'a', isThere: true, row: { ...row, login: 'a', department: 'x' } }],
        weather: [{ kind: 'away', share: 100 }],
      },
      {
        ...quietly,
        seed: 1,
        settings: { prefix: 'Dr ', targets: [usual] },
        weather: [{ kind: 'failing', share: 100 }],
      },
      { ...quietly, seed: 1, cut: 0, weather: [calm] },
    ],
  },
  'a group that was asked about when it was released is ours, though the next plan could not ask and its answer was lost':
    {
      seed: 91185,
      kinds: ['forgetful', 'forgetful'],
      people: ['d'],
      settings: { prefix: '', targets: [usual, usual] },
      days: [
        {
          ...quietly,
          seed: 1,
          events: [{ who: 'd', isThere: true, row: { ...row, login: 'd', groups: 'one' } }],
          weather: [calm, calm],
          givesWayAfter: 37,
        },
        { ...quietly, seed: 2, weather: [calm, { kind: 'lossy', share: 100 }] },
      ],
    },
  'of two who lead each other, and whose creates have no answer, each has the other as manager when they are there':
    {
      seed: 70530712,
      kinds: ['plain', 'plain'],
      people: ['a', 'b'],
      settings: { prefix: '', targets: [usual, usual] },
      days: [
        {
          ...quietly,
          seed: 1,
          events: [
            { who: 'a', isThere: true, row: { ...row, login: 'a', boss: 'b' } },
            { who: 'b', isThere: true, row: { ...row, login: 'b', boss: 'a', groups: 'one' } },
          ],
          weather: [
            { kind: 'lossy', share: 100 },
            { kind: 'busy', share: 100 },
          ],
        },
        {
          ...quietly,
          seed: 1409641619,
          weather: [
            { kind: 'busy', share: 60 },
            { kind: 'lossy', share: 60 },
          ],
          killedAfter: 64,
        },
      ],
    },
  'what was carried out while a plan was made is not taken for something else that has its number by now': {
    seed: 80501802,
    kinds: ['loose', 'loose'],
    people: ['a', 'b'],
    settings: {
      prefix: '',
      targets: [
        { onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' },
        { onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' },
      ],
    },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'a',
            isThere: true,
            row: { status: 'active', login: 'a', title: '', department: 'y', boss: '', groups: '' },
          },
          {
            who: 'b',
            isThere: true,
            row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [
          { kind: 'calm', share: 0 },
          { kind: 'calm', share: 0 },
        ],
        isAccepted: false,
        killedAfter: 24,
        only: 1,
      },
      {
        seed: 1450506466,
        minutes: 0,
        events: [{ who: 'a', isThere: false, row: {} }],
        weather: [
          { kind: 'away', share: 30 },
          { kind: 'lossy', share: 30 },
        ],
        isAccepted: false,
      },
    ],
  },
  'somebody new, whose create has failed for a name that its owner gives up now, does not rest any longer': {
    seed: 90534949,
    kinds: ['inviting'],
    people: ['b', 'c'],
    settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'b',
            isThere: true,
            row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [{ kind: 'away', share: 100 }],
        isAccepted: false,
      },
      {
        seed: 1,
        minutes: 0,
        events: [{ who: 'b', row: { login: 'c' } }],
        weather: [{ kind: 'calm', share: 0 }],
        isAccepted: false,
        killedAfter: 20,
      },
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'c',
            isThere: true,
            row: { status: 'active', login: 'c', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [{ kind: 'lossy', share: 100 }],
        isAccepted: false,
      },
    ],
  },
  'somebody who is back, and whose deactivation has no answer, is not switched off when it has one and their record cannot be read':
    {
      seed: 100507705,
      kinds: ['plain'],
      people: ['b', 'c'],
      settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
      days: [
        {
          seed: 1,
          minutes: 0,
          events: [
            {
              who: 'b',
              isThere: true,
              row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
            },
            {
              who: 'c',
              isThere: true,
              row: { status: 'active', login: 'c', title: '', department: 'y', boss: '', groups: '' },
            },
          ],
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
        },
        {
          seed: 1,
          minutes: 0,
          events: [{ who: 'b', row: { status: 'left' } }],
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
          killedAfter: 14,
        },
        {
          seed: 1,
          minutes: 0,
          events: [{ who: 'b', isThere: true, row: { status: 'active' } }],
          weather: [{ kind: 'busy', share: 100 }],
          isAccepted: false,
        },
        { seed: 1, minutes: 0, events: [], cut: 1, weather: [{ kind: 'calm', share: 0 }], isAccepted: false },
      ],
    },
  'somebody who left, was back while that had no answer, and leaves once more, is switched off by what waits':
    {
      seed: 400044975,
      kinds: ['inviting'],
      people: ['d'],
      settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
      days: [
        {
          seed: 1,
          minutes: 0,
          events: [
            {
              who: 'd',
              isThere: true,
              row: { status: 'active', login: 'd', title: '', department: 'x', boss: '', groups: '' },
            },
          ],
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
        },
        {
          seed: 1,
          minutes: 0,
          events: [],
          settings: {
            prefix: '',
            targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: 'x' }],
          },
          weather: [{ kind: 'failing', share: 100 }],
          isAccepted: false,
        },
        { seed: 2, minutes: 0, events: [], weather: [{ kind: 'failing', share: 60 }], isAccepted: false },
        { seed: 1, minutes: 0, events: [], weather: [{ kind: 'away', share: 100 }], isAccepted: false },
      ],
    },
  'nobody takes over the account of somebody whose create has no answer yet': {
    seed: 500503753,
    kinds: ['forgetful'],
    people: ['a', 'c'],
    settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
    days: [
      {
        seed: 2,
        minutes: 0,
        events: [
          {
            who: 'a',
            isThere: true,
            row: { status: 'active', login: 'a', title: '', department: 'y', boss: '', groups: 'one two' },
          },
          {
            who: 'c',
            isThere: true,
            row: { status: 'active', login: 'c', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [{ kind: 'calm', share: 0 }],
        isAccepted: false,
        killedAfter: 23,
      },
      {
        seed: 1530944023,
        minutes: 0,
        events: [
          { who: 'c', row: { login: 'a' } },
          { who: 'a', isThere: false, row: {} },
        ],
        weather: [{ kind: 'lossy', share: 30 }],
        isAccepted: false,
      },
    ],
  },
  'somebody out of scope, in doubt, whose record says nothing since another has the same name, stays as they are':
    {
      seed: 500154903,
      kinds: ['plain'],
      people: ['a', 'b'],
      settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
      days: [
        {
          seed: 1,
          minutes: 0,
          events: [
            {
              who: 'a',
              isThere: true,
              row: { status: 'active', login: 'a', title: '', department: 'y', boss: '', groups: '' },
            },
            {
              who: 'b',
              isThere: true,
              row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
            },
          ],
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
        },
        {
          seed: 1,
          minutes: 0,
          events: [],
          settings: {
            prefix: 'Dr ',
            targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: 'x' }],
          },
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
        },
        {
          seed: 1,
          minutes: 0,
          events: [{ who: 'b', row: { title: '', department: 'x' } }],
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
          killedAfter: 14,
        },
        {
          seed: 1,
          minutes: 0,
          events: [{ who: 'a', row: { login: 'b' } }],
          weather: [{ kind: 'lossy', share: 100 }],
          isAccepted: false,
        },
      ],
    },
  'an account that was made for somebody else, who has taken the name of somebody who left, is not theirs whose create is in doubt':
    {
      seed: 1000620406,
      kinds: ['inviting'],
      people: ['b', 'c'],
      settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
      days: [
        {
          seed: 1,
          minutes: 0,
          events: [
            {
              who: 'b',
              isThere: true,
              row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
            },
            {
              who: 'c',
              isThere: true,
              row: { status: 'active', login: 'c', title: '', department: 'y', boss: '', groups: 'one two' },
            },
          ],
          weather: [{ kind: 'busy', share: 30 }],
          isAccepted: false,
          killedAfter: 23,
        },
        { seed: 1, minutes: 0, events: [], weather: [{ kind: 'locked', share: 100 }], isAccepted: false },
        {
          seed: 1,
          minutes: 0,
          events: [{ who: 'b', isThere: false, row: {} }],
          weather: [{ kind: 'lossy', share: 100 }],
          isAccepted: false,
        },
        {
          seed: 1,
          minutes: 300,
          events: [{ who: 'c', row: { login: 'b' } }],
          settings: { prefix: '', targets: [{ onLeave: 'keep', onOutOfScope: 'keep', without: 'x' }] },
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
          killedAfter: 34,
        },
      ],
    },
  'an update that was released before the manager lost their account leaves it to be said that there is another one':
    {
      seed: 1000259276,
      kinds: ['losing'],
      people: ['a', 'b', 'c'],
      settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
      days: [
        {
          seed: 1,
          minutes: 0,
          events: [
            {
              who: 'a',
              isThere: true,
              row: { status: 'active', login: 'a', title: '', department: 'y', boss: 'b', groups: '' },
            },
            {
              who: 'b',
              isThere: true,
              row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
            },
            {
              who: 'c',
              isThere: true,
              row: { status: 'active', login: 'c', title: '', department: 'y', boss: '', groups: '' },
            },
          ],
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
        },
        {
          seed: 1,
          minutes: 0,
          events: [
            { who: 'a', row: { title: 'Chef', department: 'y' } },
            { who: 'b', row: { status: 'left' } },
          ],
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
          killedAfter: 16,
        },
        {
          seed: 1,
          minutes: 0,
          events: [
            { who: 'b', isThere: true, row: { status: 'active' } },
            { who: 'a', row: { login: 'a' } },
          ],
          cut: 2,
          weather: [{ kind: 'calm', share: 0 }],
          isAccepted: false,
        },
      ],
    },
  'whoever left by the first plan of a run, and is back by the second, is on': {
    seed: 1280000371,
    kinds: ['plain'],
    people: ['a', 'b'],
    settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'a',
            isThere: true,
            row: { status: 'active', login: 'a', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [{ kind: 'calm', share: 0 }],
        isAccepted: false,
      },
      {
        seed: 2,
        minutes: 0,
        events: [
          {
            who: 'b',
            isThere: true,
            row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
          },
          { who: 'a', row: { status: 'left' } },
        ],
        weather: [{ kind: 'calm', share: 0 }],
        isAccepted: false,
        meanwhile: [{ who: 'a', isThere: true, row: { status: 'active' } }],
      },
    ],
  },
  'whoever is back by a second read is not switched off again and again while the plan is made anew': {
    seed: 2210598288,
    kinds: ['plain', 'plain'],
    people: ['a', 'c', 'e'],
    settings: {
      prefix: '',
      targets: [
        { onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' },
        { onLeave: 'deactivate', onOutOfScope: 'deactivate', without: 'x' },
      ],
    },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'a',
            isThere: true,
            row: { status: 'active', login: 'a', title: '', department: 'y', boss: '', groups: '' },
          },
          {
            who: 'c',
            isThere: true,
            row: { status: 'active', login: 'c', title: '', department: 'x', boss: '', groups: '' },
          },
          {
            who: 'e',
            isThere: true,
            row: { status: 'active', login: 'e', title: '', department: 'x', boss: '', groups: '' },
          },
        ],
        weather: [
          { kind: 'calm', share: 0 },
          { kind: 'calm', share: 0 },
        ],
        isAccepted: false,
      },
      {
        seed: 1,
        minutes: 0,
        events: [
          { who: 'a', row: { status: 'left' } },
          {
            who: 'e',
            isThere: true,
            row: { status: 'left', login: 'e', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [
          { kind: 'calm', share: 0 },
          { kind: 'lossy', share: 100 },
        ],
        isAccepted: false,
        only: 1,
      },
      {
        seed: 1753511990,
        minutes: 0,
        events: [
          {
            who: 'c',
            isThere: true,
            row: { status: 'active', login: 'c', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [
          { kind: 'away', share: 100 },
          { kind: 'lossy', share: 30 },
        ],
        isAccepted: false,
        meanwhile: [{ who: 'e', isThere: true, row: { status: 'active' } }],
      },
    ],
  },
  'a service that may be asked little has everything by as many runs as there are people and groups': {
    seed: 2240209948,
    kinds: ['paced'],
    people: ['a', 'b', 'c', 'd', 'e'],
    settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'c',
            isThere: true,
            row: { status: 'active', login: 'c', title: '', department: 'y', boss: '', groups: '' },
          },
          {
            who: 'd',
            isThere: true,
            row: { status: 'active', login: 'd', title: '', department: 'y', boss: '', groups: '' },
          },
          {
            who: 'e',
            isThere: true,
            row: { status: 'active', login: 'e', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [{ kind: 'calm', share: 0 }],
        isAccepted: false,
        killedAfter: 20,
      },
      {
        seed: 1,
        minutes: 0,
        events: [{ who: 'c', row: { title: '', department: 'x' } }],
        weather: [{ kind: 'calm', share: 0 }],
        isAccepted: false,
        killedAfter: 11,
      },
      {
        seed: 756633959,
        minutes: 0,
        events: [
          {
            who: 'b',
            isThere: true,
            row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
          },
          {
            who: 'a',
            isThere: true,
            row: { status: 'active', login: 'a', title: '', department: 'y', boss: '', groups: 'one two' },
          },
        ],
        weather: [{ kind: 'failing', share: 60 }],
        isAccepted: false,
      },
    ],
  },
  'of the changes alone, whoever is to be asked about again is asked about again': {
    seed: 7,
    kinds: ['paced'],
    people: ['b'],
    settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'b',
            isThere: true,
            row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: 'one' },
          },
        ],
        weather: [{ kind: 'calm', share: 0 }],
        isAccepted: false,
        killedAfter: 1,
      },
      { seed: 1, minutes: 0, events: [], weather: [{ kind: 'locked', share: 100 }], isAccepted: false },
    ],
    endsWithChanges: true,
  },
  'of the changes alone, whoever was invited comes into their group when they have accepted': {
    seed: 163,
    kinds: ['inviting'],
    people: ['b'],
    settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'b',
            isThere: true,
            row: { status: 'left', login: 'b', title: '', department: 'y', boss: '', groups: 'one' },
          },
        ],
        weather: [{ kind: 'calm', share: 0 }],
        isAccepted: false,
        reads: 'changes',
      },
      {
        seed: 1,
        minutes: 0,
        events: [{ who: 'b', isThere: true, row: { status: 'active' } }],
        weather: [{ kind: 'locked', share: 100 }],
        isAccepted: false,
      },
    ],
    endsWithChanges: true,
    beginsWithChanges: true,
  },
  'whoever is known by changes alone is asked about again as well': {
    seed: 214,
    kinds: ['paced'],
    people: ['b'],
    settings: { prefix: '', targets: [{ onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' }] },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'b',
            isThere: true,
            row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: 'one' },
          },
        ],
        weather: [{ kind: 'locked', share: 100 }],
        isAccepted: false,
      },
    ],
    endsWithChanges: true,
  },
  'whoever has left by a read of which a target could not be told is not created by what is told of others': {
    seed: 16307,
    kinds: ['plain', 'plain'],
    people: ['a', 'b'],
    settings: {
      prefix: '',
      targets: [
        { onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' },
        { onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' },
      ],
    },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'a',
            isThere: true,
            row: { status: 'active', login: 'a', title: '', department: 'y', boss: '', groups: '' },
          },
          {
            who: 'b',
            isThere: true,
            row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [
          { kind: 'calm', share: 0 },
          { kind: 'calm', share: 0 },
        ],
        isAccepted: false,
        killedAfter: 32,
      },
      {
        seed: 1,
        minutes: 0,
        events: [{ who: 'a', isThere: false, row: {} }],
        weather: [
          { kind: 'away', share: 100 },
          { kind: 'calm', share: 0 },
        ],
        isAccepted: false,
      },
      {
        seed: 1,
        minutes: 0,
        events: [{ who: 'b', row: { status: 'left' } }],
        weather: [
          { kind: 'calm', share: 0 },
          { kind: 'calm', share: 0 },
        ],
        isAccepted: false,
        reads: 'events',
      },
    ],
  },
  'whoever is back by a run for another target is not switched off by what is told of others': {
    seed: 1,
    kinds: ['plain', 'plain'],
    people: ['a', 'b'],
    settings: {
      prefix: '',
      targets: [
        { onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' },
        { onLeave: 'deactivate', onOutOfScope: 'deactivate', without: '' },
      ],
    },
    days: [
      {
        seed: 1,
        minutes: 0,
        events: [
          {
            who: 'a',
            isThere: true,
            row: { status: 'active', login: 'a', title: '', department: 'y', boss: '', groups: '' },
          },
          {
            who: 'b',
            isThere: true,
            row: { status: 'active', login: 'b', title: '', department: 'y', boss: '', groups: '' },
          },
        ],
        weather: [
          { kind: 'calm', share: 0 },
          { kind: 'calm', share: 0 },
        ],
        isAccepted: false,
      },
      {
        seed: 1,
        minutes: 0,
        events: [{ who: 'a', row: { status: 'left' } }],
        weather: [
          { kind: 'away', share: 100 },
          { kind: 'away', share: 100 },
        ],
        isAccepted: false,
      },
      {
        seed: 1,
        minutes: 0,
        events: [{ who: 'a', row: { status: 'active' } }],
        weather: [
          { kind: 'calm', share: 0 },
          { kind: 'calm', share: 0 },
        ],
        isAccepted: false,
        only: 1,
      },
      {
        seed: 1,
        minutes: 0,
        events: [{ who: 'b', row: { title: 'Cook' } }],
        weather: [
          { kind: 'calm', share: 0 },
          { kind: 'calm', share: 0 },
        ],
        isAccepted: false,
        reads: 'events',
      },
    ],
  },
};
