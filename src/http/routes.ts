import { acts } from './acts.ts';
import { evidence } from './reads/evidence.ts';
import { askEvent, tellEvent } from './events.ts';
import { liftOffboarding, offboardPerson } from './offboarding.ts';
import { describing } from './openapi.ts';
import { askProvision, provisionPerson } from './provision.ts';
import { access, person } from './reads/people.ts';
import { failures, plan, status, targets } from './reads/targets.ts';
import { history, runs } from './reads/trail.ts';
import type { Route } from './route.ts';

const all: readonly Route[] = [
  provisionPerson,
  askProvision,
  tellEvent,
  askEvent,
  status,
  targets,
  failures,
  access,
  history,
  plan,
  runs,
  person,
  evidence,
  ...acts,
  offboardPerson,
  liftOffboarding,
];

/** Everything that can be asked below `/v1`. */
export const routes: readonly Route[] = [...all, describing(all)];
