import type { Provisioned, TargetProvisioned } from '../engine/provision.ts';
import { offboardingText, offboardingView } from './offboard.ts';
import { plain } from './style.ts';
import type { Style } from './style.ts';

export function provisionJson({ targets, offboarding, ...person }: Provisioned): object {
  return {
    ...person,
    ...(offboarding && { offboarded: offboardingView(offboarding) }),
    targets: Object.fromEntries(targets.map(({ name, ...target }) => [name, target])),
  };
}

const standings: Readonly<Record<Provisioned['standing'], string>> = {
  active: 'is active in the source',
  left: 'has left',
  rejected: 'has a record that is rejected, and stays as they are',
  offboarded: 'is offboarded, and gets nothing',
  unread: 'was not looked at: somebody else delivers to all of the targets',
};

const colours: Readonly<Record<TargetProvisioned['state'], Parameters<Style>[0]>> = {
  on: 'green',
  invited: 'yellow',
  off: 'dim',
  none: 'dim',
  held: 'red',
  waiting: 'yellow',
  failed: 'red',
};

/** How somebody stands in the source and on each target, for people. */
export function* provisionText(
  { key, standing, reason, offboarding, targets }: Provisioned,
  style: Style,
): Generator<string> {
  const why = reason === undefined ? '' : `: ${plain(reason)}`;
  yield `${style('bold', plain(key))}  ${standings[standing]}${why}`;
  if (offboarding !== undefined) yield offboardingText(offboarding, style);
  for (const { name, state, done, reason: whyNot } of targets) {
    const did = done.length === 0 ? 'nothing to do' : done.join(', ');
    const because = whyNot === undefined ? '' : `: ${plain(style.commands(whyNot))}`;
    yield `  ${style('bold', name)}  ${style(colours[state], state)} (${did})${because}`;
  }
}
