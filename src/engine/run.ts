import type { Accepted } from '../planning/guard.ts';
import { allowedRule } from '../planning/judge.ts';
import type { Case, Policy } from '../planning/judge.ts';
import type { Refusal } from '../planning/map.ts';
import type {
  Breach,
  Configuration,
  Failure,
  Held,
  Keeping,
  KindTotal,
  LeftOutRule,
  Locus,
  Receipt,
  Source,
  TargetConfiguration,
} from '../model/index.ts';
import { keyOf } from '../store/accounts.ts';
import type { AccountReader } from '../store/accounts.ts';
import { FLAG } from '../store/ledger.ts';
import type { UsedApproval } from '../store/release-plan.ts';
import type { Stage } from '../store/stage/stage.ts';
import type { UndoneRun } from '../store/undo.ts';
import type { State } from '../store/state.ts';
import type { Pace } from '../delivery/pace.ts';
import type { ScimTarget } from '../scim/target.ts';
import type { RunGroups } from './target-groups.ts';
import type { TargetGroups } from './target-groups.ts';
import type { Offboarded } from './offboarded-people.ts';
import type { Heirs } from './heirs.ts';
import type { Whom } from './whom.ts';
import type { People } from './people.ts';
import type { Place } from './place.ts';
import type { Slots } from './slots.ts';
import type { Stock } from './inventory.ts';

/** Tells the time, and counts how often it was asked, so that records which read the clock are known. */
export interface Clock {
  now(): number;
  readonly reads: number;
}

/** What of a staged operation matters to other people's references. */
export const STAGED = {
  create: 1,
  /** Takes over an account, which exists: whoever refers to it can. */
  link: 2,
  /** Any other operation that says a manager. */
  refers: 4,
  /** Gives up a name that somebody else takes in the same plan: it cannot wait for a manager who is created. */
  yields: 8,
  /** The link is closed by it: nobody can refer to the person any more. */
  ends: 16,
} as const;

/** One target within one run. */
export interface TargetRun {
  /** Its number in the stage. */
  readonly index: number;
  /** Its id in the state; 0 where the state does not know it. */
  readonly id: number;
  readonly configuration: TargetConfiguration;
  readonly policy: Policy;
  readonly remote: ScimTarget;
  readonly pace: Pace;
  readonly accounts: AccountReader;
  /** Absent where no groups are sent. */
  readonly groups?: TargetGroups;
  /** By slot: what was staged for a person, as far as others depend on it. */
  readonly staged: Slots;
  /** Of whom this target's canary is made, where it is a group: people who would be created. */
  readonly canary: Set<number>;
  /** Creates that are staged. */
  creates: number;
  /** People whose last operation has no recorded answer: nothing is planned for them (law 11). */
  readonly inDoubt: ReadonlySet<number>;
  /** Of them, who was to leave and does, by what this run has read (rule 24), with the reason. */
  readonly stillLeave: Map<number, string>;
  /** Of them, who does not leave, by what this run has read. */
  readonly stillStay: Set<number>;
  /** Of them, who may have been invited, which cannot be seen, and still is to come: they are invited once more. */
  readonly stillCome: Set<number>;
  /** How many records the last read had that was accepted for it. */
  readonly accepted?: Accepted;
  /** Somebody else delivers to it while this is planned: the trail's last row before it was begun. */
  readonly lentSince?: number;
  /** It holds a read that another has let through: the first run that read so. */
  readonly behind?: number;
  /** What is wrong with this read as a whole, as far as the target is concerned. */
  sourceBreaches: readonly Breach[];
  /** Of the base URL, now; it is compared with the one that the state was built from (rule 9). */
  readonly fingerprint: string;
  /** The base URL is another than the state's, and nobody has approved that. */
  readonly moved?: Held;
  /** The approval that lets the new base URL through. */
  readonly movedApproval?: number;
  /** Set where the target could not be asked what the plan needed to know. */
  failure?: Failure;
  /** Set where it is halted, or could not be asked about those who are new: the plan for the others is released, and waits. */
  outOfReach?: Failure;
  /** Of those who are being switched off by the plan before, who is there, and was still on when this plan looked. */
  readonly stays: Set<number>;
  /** What was found on it, where it is reconciled: it is listed whole then, whatever the plan needs. */
  readonly stock?: Stock;
  sealed?: Sealed;
}

/** A plan of one target, counted and judged. */
export interface Sealed {
  readonly totals: readonly KindTotal[];
  /** Of those, what no earlier plan has released: what limits are for, and what can be held. */
  readonly fresh: readonly KindTotal[];
  /** Operations that an earlier plan released, and that are still to be carried out. */
  readonly unfinished: number;
  readonly held: readonly Held[];
  /** Of kinds that are held: what goes out all the same, for the people whom somebody named, or since it is within the limit. */
  readonly parts: readonly KindTotal[];
  /** Approvals that this plan uses up, by id, with the kinds that each lets through. */
  readonly approvals: readonly UsedApproval[];
  /** New operations that only wait for an invitation to be accepted, so that they are no pending change. */
  readonly invited: number;
  readonly leftOut: number;
}

/** One run from its first step to its last. */
export interface Run {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly state: State;
  readonly stage: Stage;
  readonly source: Source;
  readonly columns: ReadonlyMap<string, readonly Locus[]>;
  readonly asked: ReadonlySet<string>;
  readonly keeping: Keeping;
  /** Who is off everywhere by a person's word: nothing is planned for them (rule 25). */
  readonly offboarded: Offboarded;
  /** How many questions about those who are new somebody who leaves may wait for; less than none where for no answer at all. */
  readonly leaversWaitFor: number;
  /** Called when everybody is known, before a target is asked. */
  readonly onRead: (run: Run) => Promise<void>;
  /** It is to be of those who leave alone, or no plan. */
  readonly isHurried: boolean;
  /** Whether the answers to those questions were there before somebody who leaves has waited too long for them. */
  readonly isInTime: (asking: Promise<void>) => Promise<boolean>;
  /** By slot, who is being switched off by the plan before this one, which was of those who leave alone. */
  readonly leavers: ReadonlySet<number>;
  /**
   * Whether a target is asked no more about those who are new, since the run is to end: called before each question, and with
   * the share of people that was asked about, where that is done one by one.
   */
  readonly asksNoMore: (target: string, share?: number) => boolean;
  /** For whom it is meant, where it is not for everybody. */
  readonly whom?: Whom;
  /** The keys of those for whom alone it is meant: nobody else is looked at whose record is as ever. */
  readonly alone?: ReadonlySet<string>;
  /** Whom else it is for then: they went without a manager who has an account now. */
  readonly bound: Set<number>;
  /** The files of the source that records have named so far, where it has several. */
  readonly pages: string[];
  readonly people: People;
  readonly targets: readonly TargetRun[];
  /** Slots with several records in the source, settled at the end. */
  readonly several: Set<number>;
  readonly groups: RunGroups;
  readonly heirs: Heirs;
  /** The former keys of those who have another from this run on, by slot. */
  readonly renumbered: Map<number, string>;
  /** Passwords that go with staged operations, by key, for as long as this process lives. */
  readonly passwords: Map<string, string>;
  /** Records whose key could not be read: then anybody might be missing, and nobody leaves by absence (rule 2). */
  unknownKeys: number;
  rejected: number;
  /** People with an account whose record is rejected. */
  frozen: number;
  /** People with an account who are in no record, and who would leave if all keys could be read. */
  missed: number;
  /** Whether everybody was looked at who had to be; a read that misses people may not let the next one pass over them. */
  isWhole: boolean;
  /** Whoever leaves is not to wait until it is known what else there is to do: it is about their accounts alone. */
  isOfLeavers?: true;
  /** Set where the answers were not in time: it is no plan, and asks nothing any more when this is resolved. */
  givenUp?: Promise<void>;
  receipt?: Receipt;
  /** The run that this one undoes: it is made from the trail, and reads no source. */
  readonly undoes?: UndoneRun;
  /** What is wrong with the read as a whole, for whichever target. */
  sourceBreaches: readonly Breach[];
}

/** Whether it is about some people alone, so that it says nothing of whoever it does not look at. */
export function isPartial({ receipt, whom, undoes }: Run): boolean {
  return receipt?.isDelta === true || whom !== undefined || undoes !== undefined;
}

/** The first few of what may be as many as there are records: each of them is told of the others. */
export function some(all: readonly (string | number)[]): string {
  const shown = all.slice(0, mostShown).join(', ');
  return all.length > mostShown ? `${shown} and ${all.length - mostShown} more` : shown;
}

const mostShown = 10;

/** The key of a slot, for the few people who are met by their slot alone. */
export function nameOf(run: Run, slot: number): string {
  return run.stage.keyOf(slot) ?? keyOf(run.state, slot) ?? '?';
}

/** Notes that somebody else waits for a name that this person gives up. */
export function yieldsName(target: TargetRun, slot: number): void {
  target.staged.set(slot, target.staged.get(slot) | STAGED.yields);
}

/** Takes people out of the plan of a target, or of all: what was staged for them goes, and nobody waits for them. */
export function strike(run: Run, slots: Iterable<number>, target?: TargetRun): void {
  const people = [...slots];
  run.stage.strike(target?.index ?? -1, people);
  for (const one of target === undefined ? run.targets : [target])
    for (const slot of people) {
      if ((one.staged.get(slot) & STAGED.create) !== 0) one.creates--;
      one.staged.set(slot, 0);
      if (target === undefined && one.inDoubt.has(slot)) forgetStanding(run, one, slot);
    }
}

/** What a record said of somebody in doubt does not count, since it is not the last word on them. */
function forgetStanding(run: Run, { stillLeave, stillStay, stillCome }: TargetRun, slot: number): void {
  if (run.offboarded.of(slot, nameOf(run, slot)) !== undefined) return;
  for (const slots of [stillLeave, stillStay, stillCome]) slots.delete(slot);
}

/** Takes somebody out of the plan of a target, with the rule and the reason. */
export function leaveOut(
  run: Run,
  target: TargetRun,
  slot: number,
  key: string,
  rule: LeftOutRule,
  reason: string,
): void {
  strike(run, [slot], target);
  run.stage.leaveOut(target.index, slot, key, rule, reason);
}

/** A record that cannot be mapped leaves its person as they are (rule 2). */
export function refuse(
  run: Run,
  place: Place,
  refusal: Refusal,
  slot: number | undefined,
  key: string | undefined,
): void {
  run.rejected++;
  run.stage.addRejection({ ...place, ...refusal, key }, slot);
  if (slot === undefined) return;
  run.people.ledger.setFlags(slot, run.people.ledger.flags(slot) | FLAG.rejected);
}

/** Nothing is planned for somebody whose last request has no answer; only whether they still leave, or stay, is noted (law 11). */
export function waitInDoubt(
  run: Run,
  target: TargetRun,
  slot: number,
  key: string,
  { standing, reason: why }: Pick<Case, 'standing' | 'reason'>,
): void {
  const account = target.accounts.of(slot, key);
  const ruleFor = (which: 'left' | 'outOfScope') => allowedRule(which, account, target.policy);
  const onLeave = ruleFor('left');
  const rule = standing === 'present' ? 'keep' : ruleFor(standing);
  if (standing === 'left' && rule !== 'keep') target.stillLeave.set(slot, why);
  // Of whoever is out of scope, what was begun may be more than what is wanted.
  else if (rule !== onLeave || rule === 'keep') target.stillStay.add(slot);
  const reason = 'a request for this person was sent and its answer is not known yet';
  leaveOut(run, target, slot, key, 'inDoubt', reason);
}
