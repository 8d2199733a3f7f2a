import { acts } from './acts.ts';
import { evidence } from './evidence.ts';
import { askEvent, tellEvent } from './events.ts';
import { liftOffboarding, offboardPerson } from './offboarding.ts';
import { describing } from './openapi.ts';
import { askProvision, provisionPerson } from './provision.ts';
import { reads } from './reads.ts';
import type { Route } from './route.ts';

const all: readonly Route[] = [
  provisionPerson,
  askProvision,
  tellEvent,
  askEvent,
  ...reads,
  evidence,
  ...acts,
  offboardPerson,
  liftOffboarding,
];

/** Everything that can be asked below `/v1`. */
export const routes: readonly Route[] = [...all, describing(all)];
