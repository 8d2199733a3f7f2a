import type { Offboarding } from '../../store/offboardings.ts';
import { table, tag, targetLink, tokenOf } from '../frame.ts';
import type { Tone, Viewer } from '../frame.ts';
import { address, markup, moment, name as named } from '../html.ts';
import type { Html } from '../html.ts';
import type { PersonView } from '../person-view.ts';
import { accessTag } from './access.ts';

/** What can be done about somebody by whoever may operate; of somebody who is offboarded already, that it is so. */
export function offboardingOf({ key, offboarding }: PersonView, viewer: Viewer): Html | undefined {
  if (offboarding === undefined)
    return viewer.mayOperate
      ? markup`<p><a class="button" href="${address('/offboard', { key })}">Offboard …</a></p>`
      : undefined;
  const { since, actor, reason } = offboarding;
  return markup`<div class="note bad">
    <p>
      ${tag('offboarded', 'bad')} since ${moment(since)} by ${actor}${reason !== undefined && `: ${reason}`}.
      It stands until a complete read of the source agrees, or it is lifted.
    </p>
    ${
      viewer.mayOperate &&
      markup`<form method="post" action="/lift">
        ${tokenOf(viewer)}<input type="hidden" name="key" value="${key}" />
        <button>Lift it: give back what the source says</button>
      </form>`
    }
  </div>`;
}

/** The page before it is done: whom it is about, what becomes of them, and a box to be ticked. */
export function offboardPage({ key, label, targets, offboarding }: PersonView, viewer: Viewer): Html {
  const linked = targets.flatMap(({ name, access }) => (access === undefined ? [] : [{ name, access }]));
  const title = markup`<h1>Offboard ${named(key)}${label !== undefined && markup` <span class="soft">${named(label)}</span>`}</h1>`;
  const back = markup`<p><a href="${address('/person', { key })}">Back to ${named(key)}</a></p>`;
  if (offboarding !== undefined)
    return markup`${title}
      <div class="note warn"><p>They are offboarded already, since ${moment(offboarding.since)}.</p></div>
      ${back}`;
  if (!viewer.mayOperate)
    return markup`${title}
      <p class="soft">Your key may look, and not offboard anybody: that takes the scope operate.</p>
      ${back}`;
  return markup`${title}
    <p>
      Off on every target, at once: no limit, hold or pause stands in the way. They stay off until a complete read
      of the source says that they left, or until somebody lifts it.
    </p>
    ${
      linked.length === 0
        ? markup`<div class="note warn">
            <p>No target has an account of theirs. From now on they get none.</p>
          </div>`
        : table(
            'What is switched off',
            ['Target', 'Now', 'Account'],
            linked.map(({ name, access }) => [
              targetLink(name),
              accessTag(access),
              access.userName === undefined ? access.remoteId : named(access.userName),
            ]),
          )
    }
    <form class="card decide" method="post" action="/offboard">
      ${tokenOf(viewer)}<input type="hidden" name="key" value="${key}" />
      <label for="reason">Why, for the audit trail</label
      ><input id="reason" type="text" name="reason" maxlength="500" autocomplete="off" />
      <label class="check"
        ><input type="checkbox" name="protected" value="yes" />
        <span>Protected accounts as well.</span></label
      >
      <label class="check"
        ><input type="checkbox" name="sure" value="yes" required />
        <span>I mean ${named(label ?? key)}, and everywhere.</span></label
      >
      <button class="danger">Offboard ${named(key)}</button>
    </form>
    ${back}`;
}

/** How they stand on one target, as the HTTP side tells it. */
interface Standing {
  readonly state: 'off' | 'none' | 'waiting' | 'protected' | 'notAllowed';
  readonly confirmedAt?: string | undefined;
  readonly reason?: string | undefined;
}

const words: Readonly<Record<Standing['state'], readonly [string, Tone]>> = {
  off: ['off', 'good'],
  none: ['no account', 'good'],
  waiting: ['waits', 'warn'],
  protected: ['still on', 'bad'],
  notAllowed: ['still on', 'bad'],
};
const whys: Partial<Readonly<Record<Standing['state'], string>>> = {
  protected: 'the account is protected: offboard them once more, with protected accounts',
  notAllowed: 'nothing may be sent there that switches somebody off: do it in that application',
};

/** What has become of it so far on each target. */
export function offboardedPage(
  key: string,
  targets: Readonly<Record<string, Standing>>,
  { since }: Pick<Offboarding, 'since'>,
): Html {
  const all = Object.entries(targets);
  const isOff = all.every(([, { state }]) => state === 'off' || state === 'none');
  return markup`<h1>Offboarded</h1>
    <div class="note ${isOff ? 'good' : 'warn'}" role="status">
      <p>
        ${named(key)} is offboarded since ${moment(since)}.
        ${isOff ? 'Every target has confirmed it.' : 'Not every target has confirmed it yet.'}
      </p>
    </div>
    ${table(
      'By target',
      ['Target', 'State', 'Confirmed', 'Why'],
      all.map(([name, { state, confirmedAt, reason }]) => [
        targetLink(name),
        tag(...words[state]),
        confirmedAt !== undefined && moment(Date.parse(confirmedAt)),
        reason ?? whys[state],
      ]),
    )}
    <p><a href="${address('/person', { key })}">${named(key)}</a></p>`;
}
