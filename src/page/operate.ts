import { pause, resume } from '../http/acts.ts';
import { requireScope } from '../http/api.ts';
import { liftOffboarding, offboardPerson } from '../http/offboarding.ts';
import { Refused } from '../http/refusal.ts';
import type { Route } from '../http/route.ts';
import type { Caller, World } from '../http/world.ts';
import { address } from './html.ts';
import type { Html } from './html.ts';
import { offboardedPage } from './views/offboard.ts';
import { donePage } from './views/sign-in.ts';

/** The same act as by HTTP, by whoever may do that. */
async function carriedOut(
  route: Route,
  { world, caller }: { readonly world: World; readonly caller: Caller },
  params: Readonly<Record<string, string>>,
  body: unknown = {},
): Promise<unknown> {
  requireScope(caller, route.scope);
  return (await route.answer({ params, query: {}, body, caller, world })).body;
}

/** What was written into a field; nothing where it was left empty. */
function textIn(form: URLSearchParams, name: string): string | undefined {
  const text = (form.get(name) ?? '').trim();
  return text === '' ? undefined : text;
}

function reasonIn(form: URLSearchParams): { readonly reason?: string } {
  const reason = textIn(form, 'reason');
  return reason === undefined ? {} : { reason };
}

/** Nothing is sent to a target until it is resumed, as `rollcall pause` has it. */
export async function pausePost(world: World, caller: Caller, form: URLSearchParams): Promise<Html> {
  const name = form.get('target') ?? '';
  await carriedOut(pause, { world, caller }, { name }, reasonIn(form));
  return donePage({
    title: 'Paused',
    tone: 'good',
    text: `Nothing is sent to ${name} until it is resumed. Planning goes on, and whoever is offboarded is switched off all the same.`,
    back: address('/target', { name }),
    backIs: name,
  });
}

export async function resumePost(world: World, caller: Caller, form: URLSearchParams): Promise<Html> {
  const name = form.get('target') ?? '';
  const { due } = (await carriedOut(resume, { world, caller }, { name })) as { due: number };
  return donePage({
    title: 'Resumed',
    tone: 'good',
    text: `${name} goes on${due > 0 ? `: ${due.toLocaleString('en-GB')} operations are due` : ''}; a sync is asked for.`,
    back: address('/target', { name }),
    backIs: name,
  });
}

/** One person, off everywhere, as `rollcall offboard` does it; the answer says what each target has confirmed by then. */
export async function offboardPost(world: World, caller: Caller, form: URLSearchParams): Promise<Html> {
  const key = form.get('key') ?? '';
  requireScope(caller, offboardPerson.scope);
  if (form.get('sure') !== 'yes')
    throw new Refused(400, 'invalid', 'this form is not complete, and nobody was offboarded');
  const body = { ...reasonIn(form), ...(form.get('protected') === 'yes' && { protected: true }) };
  const { targets, since } = (await carriedOut(offboardPerson, { world, caller }, { key }, body)) as {
    targets: Parameters<typeof offboardedPage>[1];
    since: string;
  };
  return offboardedPage(key, targets, { since: Date.parse(since) });
}

export async function liftPost(world: World, caller: Caller, form: URLSearchParams): Promise<Html> {
  const key = form.get('key') ?? '';
  await carriedOut(liftOffboarding, { world, caller }, { key });
  return donePage({
    title: 'Lifted',
    tone: 'good',
    text: `${key} is not offboarded any more: the next sync gives back what the source says, and one is asked for.`,
    back: address('/person', { key }),
    backIs: key,
  });
}
