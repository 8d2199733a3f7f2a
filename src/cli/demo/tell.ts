import { join } from 'node:path';
import { loadService } from '../../../connectors/targets/services.ts';
import { startMock } from '../../mock/index.ts';
import type { Mock } from '../../mock/index.ts';
import { RollcallError } from '../../model/index.ts';
import { chapters } from './chapters.ts';
import type { Chapter } from './chapters.ts';
import { judge } from './judge.ts';
import type { Check } from './judge.ts';
import type { Narrator } from './narrator.ts';
import { readRows } from './rows.ts';
import { keyOf, look } from './seen.ts';
import { readStory } from './story.ts';
import type { Step } from './story.ts';
import { openWorkplace } from './workplace.ts';
import type { Ended, Workplace } from './workplace.ts';

export interface Setting {
  /** Where the sample company is: its files and story.json. */
  readonly people: string;
  readonly narrator: Narrator;
  readonly colour: boolean;
  readonly signal: AbortSignal;
}

/** How one step of the story went. */
export interface Played {
  readonly step: string;
  readonly file: string;
  readonly exitCode: number | null;
  readonly checks: readonly Check[];
}

interface Stage extends Setting {
  readonly mock: Mock;
  readonly workplace: Workplace;
}

/** Plays the story, up to the first step that did not go as told: the later ones build on it. */
export async function tell(setting: Setting): Promise<readonly Played[]> {
  const steps = readStory(setting.people);
  const cast = chapters.map((chapter) => ({ chapter, step: stepOf(chapter, steps) }));
  const mock = await startMock({ service: await loadService('cosmo') });
  try {
    const { signal, colour } = setting;
    const workplace = openWorkplace({ baseUrl: mock.url, token: mock.token, colour, signal });
    try {
      const told: Played[] = [];
      for (const { chapter, step } of cast) {
        const one = await play(chapter, step, { ...setting, mock, workplace });
        if (one === undefined) break;
        told.push(one);
        if (!isAsTold(one)) break;
      }
      return told;
    } finally {
      workplace.close();
    }
  } finally {
    await mock.close();
  }
}

export function isAsTold({ checks }: Played): boolean {
  return checks.every(({ ok }) => ok);
}

function stepOf({ step: name }: Chapter, steps: readonly Step[]): Step {
  const step = steps.find((one) => one.name === name);
  if (step === undefined) throw new RollcallError('source', `story.json does not tell of ${name}`);
  return step;
}

/** One step, or nothing where somebody asked to stop. */
async function play(chapter: Chapter, step: Step, stage: Stage): Promise<Played | undefined> {
  const { mock, workplace, narrator, signal } = stage;
  const file = join(stage.people, step.file);
  narrator.title(chapter.title);
  narrator.say(chapter.before(step));
  workplace.receive(file);
  const before = look(mock);
  let last: Ended | undefined;
  for (const { args, says } of chapter.commands) {
    if (signal.aborted) return undefined;
    last = await workplace.run(args);
    if (signal.aborted) return undefined;
    narrator.command(args, last);
    if (says) narrator.say(says(step));
  }
  const { code: exitCode, stderr } = last!;
  const rows = step.held ? new Map<string, never>() : await readRows(file);
  const checks = judge(step, { before, after: look(mock), rows, exitCode, stderr });
  const played = { step: step.name, file: step.file, exitCode, checks };
  narrator.checks(checks);
  if (isAsTold(played) && chapter.after) narrator.say(chapter.after(step));
  settle(mock, step);
  return played;
}

/** The evening's doings of the people themselves: they accept their invitations, and whoever is a member signs in. */
function settle(mock: Mock, step: Step): void {
  const signedIn = new Set(
    mock.sessions().flatMap(({ userId, endedAt }) => (endedAt === null ? [userId] : [])),
  );
  for (const user of mock.users()) {
    const isOpen = user.invitation?.state === 'pending';
    if (isOpen && step.invitationsLeftOpen.includes(keyOf(user))) continue;
    if (isOpen) mock.accept(user.invitation.id);
    const isMember = isOpen || user.membership === 'member';
    if (isMember && user['active'] === true && !signedIn.has(user.id))
      mock.startSession(user['userName'] as string);
  }
}
