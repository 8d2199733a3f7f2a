import type { Run, TargetRun } from '../engine/run.ts';
import type { Kind, KindTotal } from '../model/index.ts';
import { leftOutOf, notesOf } from '../store/stage/remarks.ts';
import { eachByItself, heldParts, isSeveral, otherWords, standingOf } from './held.ts';
import type { HeldPart } from './held.ts';
import { markup, name, nothing, page, table } from './html.ts';
import type { Html } from './html.ts';
import { haltText, pauseText } from './standing.ts';
import { count, seconds, shownPath, when } from './style.ts';
import type { Style } from './style.ts';
import { operationViews, rejectionViews, shortPath, shortValue, targetView } from './views.ts';
import type { OperationView, TargetView } from './views.ts';

/**
 * A plan for the person who approves it, as a page in one file: what is held first, with why and how to let it through, then
 * everybody with what changes, then who is left out and why. In pieces: a million people are never in memory at once.
 * `style` is one without colour.
 */
export function planPage(run: Run, style: Style): Generator<string> {
  const title = `Plan for ${run.targets.map(({ configuration }) => configuration.name).join(', ')}`;
  return page('plan', title, body(run, title, style));
}

function* body(run: Run, title: string, style: Style): Generator<Html> {
  const views = run.targets.map((target) => targetView(run, target));
  yield markup`<h1>${title}</h1>`;
  yield markup`<p class="soft">
    Made at ${when(run.clock.now())} with ${shownPath(run.configuration.file)}. Nothing of it is sent by
    making it.
  </p>`;
  yield sourceText(run);
  yield* table(
    markup`The targets`,
    ['Target', 'State', 'What would be sent', 'Requests'],
    views.map(summary),
  );
  for (const [index, target] of run.targets.entries()) yield* targetText(run, target, views[index]!, style);
  yield* rejections(run);
}

function sourceText(run: Run): Html {
  if (run.undoes !== undefined)
    return markup`<p>It takes back what run ${String(run.undoes.id)} has done.</p>`;
  const { source, file, count: number, complete, sha256, isDelta } = run.receipt!;
  const whole = complete ? markup`read to its end` : markup`<strong class="red">not complete</strong>`;
  const breaches = run.sourceBreaches.map(({ message }) => markup`<li class="red">${message}</li>`);
  const missed =
    run.unknownKeys > 0
      ? markup`<p class="amber">
          Nobody leaves by absence in this run: the key of ${count(run.unknownKeys, 'record')} could not be
          read, and it could be anybody’s.
        </p>`
      : nothing;
  return markup`<p>
      Source ${name(source)}, ${name(shownPath(file))}:
      ${count(number, isDelta === true ? 'change' : 'record')}, ${whole}, sha256
      <code>${sha256.slice(0, 16)}</code>.
    </p>
    ${
      breaches.length > 0
        ? markup`<ul>
            ${breaches}
          </ul>`
        : nothing
    }${missed}`;
}

function summary({ name: target, state, totals, requests, etaSeconds }: TargetView): Html {
  const colour = state === 'ready' ? 'green' : 'red';
  return markup`<tr>
    <th scope="row">${target}</th>
    <td class="${colour}">${state}</td>
    <td>${totalsText(totals)}</td>
    <td>${requests}, about ${seconds(etaSeconds)}</td>
  </tr>`;
}

function totalsText(totals: readonly KindTotal[]): string {
  if (totals.length === 0) return 'nothing to do';
  return totals.map(({ kind, count: number }) => `${kind} ${number.toLocaleString('en-GB')}`).join(' · ');
}

function* targetText(run: Run, target: TargetRun, view: TargetView, style: Style): Generator<Html> {
  const standing = standingOf(run, target);
  yield markup`<section><h2>${view.name}</h2>`;
  const observed = view.mode === 'observe' ? ', observed: nothing is sent' : '';
  yield markup`<p class="soft">${view.baseUrl}, ${count(view.linked, 'account')}${observed}</p>`;
  if (view.error !== undefined)
    yield markup`<p class="red">${view.state === 'failed' ? 'Failed' : 'Not all could be asked'}: ${view.error.message}</p>`;
  for (const line of [
    ...pauseText(view.name, view.paused, style),
    ...haltText(view.name, view.halted, style),
  ])
    yield markup`<p class="amber">${line.trim()}</p>`;
  for (const part of heldParts(view.name, view.held, style, standing)) yield heldText(part);
  if (isSeveral(view.held)) yield markup`<p>${eachByItself}</p>`;
  for (const other of standing.others) yield markup`<p class="amber">Not approved: ${otherWords(other)}</p>`;
  for (const { kind, count: number } of heldFirst(view))
    yield* kindText(run, target, kind, number, isHeld(view, kind));
  yield* leftOutText(run, target, view);
  yield markup`</section>`;
}

function heldText({ what, reasons, checksum, advice, lasting }: HeldPart): Html {
  const how =
    advice === undefined
      ? nothing
      : markup`<dt>${advice.words}</dt>
          <dd><code>${advice.command}</code></dd>`;
  return markup`<div class="held">
    <h3>Held: ${what}</h3>
    <ul>
      ${reasons.map((one) => markup`<li>${one}</li>`)}
    </ul>
    <dl>
      <dt>checksum</dt>
      <dd><code>${checksum}</code></dd>
      ${how}
    </dl>
    ${lasting === undefined ? nothing : markup`<p>${lasting}</p>`}
  </div>`;
}

/** Whoever approves looks at what waits for them; each kind stands where a plan has it otherwise. */
function heldFirst(view: TargetView): readonly KindTotal[] {
  return [...view.totals].sort(
    (one, other) => Number(isHeld(view, other.kind)) - Number(isHeld(view, one.kind)),
  );
}

function isHeld({ held }: TargetView, kind: Kind): boolean {
  return held.some((one) => one.kind === kind || one.kind === 'target' || one.kind === 'source');
}

function* kindText(run: Run, target: TargetRun, kind: Kind, number: number, held: boolean): Generator<Html> {
  function* rows(): Generator<Html> {
    for (const view of operationViews(run, target, kind)) yield operationRow(view);
  }
  yield markup`<h3>${kind} ${number}${held ? markup` <span class="red">held</span>` : nothing}</h3>`;
  const columns = ['Key', 'Who', ...(isTold(kind) ? ['What changes'] : []), 'Why'];
  yield* table(markup`In the order of sending`, columns, rows());
}

function operationRow(view: OperationView): Html {
  const who =
    view.group === undefined
      ? name(view.label === view.key ? '' : view.label)
      : markup`${view.kind === 'memberAdd' ? 'into' : 'out of'} ${name(view.group)}`;
  const waits =
    view.invited === true
      ? markup` <span class="amber">waits for the invitation to be accepted</span>`
      : nothing;
  return markup`<tr>
    <th scope="row">${name(view.key)}</th>
    <td>${who}</td>
    ${isTold(view.kind) ? markup`<td>${changesOf(view)}</td>` : nothing}
    <td>${view.why}${waits}</td>
  </tr>`;
}

/** Of whoever goes, and of who is in a group, the kind says it all. */
function isTold(kind: Kind): boolean {
  return !['deactivate', 'delete', 'deleteGroup', 'memberAdd', 'memberRemove'].includes(kind);
}

function changesOf({ kind, changes }: OperationView): readonly Html[] {
  const isNew = kind === 'create' || kind === 'createGroup';
  const told = changes.filter(
    ({ path, after }) => !(kind === 'create' && path === 'active' && after === true),
  );
  return told.map(({ path, before, after }) => {
    if (path === 'password') return markup`<span class="change">password: (set anew)</span>`;
    const former = isNew ? nothing : markup`<del>${name(shortValue(before))}</del> → `;
    const value = markup`${former}<ins>${name(shortValue(after))}</ins>`;
    return markup`<span class="change">${shortPath(path)}: ${value}</span>`;
  });
}

function* leftOutText(run: Run, target: TargetRun, { leftOut }: TargetView): Generator<Html> {
  function* rows(
    all: Iterable<{ readonly key: string; readonly rule: string; readonly text: string }>,
  ): Generator<Html> {
    for (const { key, rule, text } of all)
      yield markup`<tr>
        <th scope="row">${name(key)}</th>
        <td>${rule}</td>
        <td>${name(text)}</td>
      </tr>`;
  }
  function* reasons() {
    for (const { key, rule, reason } of leftOutOf(run.stage, target.index)) yield { key, rule, text: reason };
  }
  const columns = ['Key', 'Rule', 'Why'];
  if (leftOut > 0) {
    yield markup`<h3>Left out: ${count(leftOut, 'person', 'people')}</h3>`;
    yield* table(
      markup`Nothing is sent for them; they are looked at again in each run`,
      columns,
      rows(reasons()),
    );
  }
  const [note] = notesOf(run.stage, target.index);
  if (note === undefined) return;
  yield markup`<h3>Notes</h3>`;
  yield* table(markup`The plan goes on for these people`, columns, rows(notesOf(run.stage, target.index)));
}

function* rejections(run: Run): Generator<Html> {
  if (run.rejected === 0) return;
  function* rows(): Generator<Html> {
    for (const { file, line, key, rule, reason } of rejectionViews(run))
      yield markup`<tr>
        <th scope="row">${name(key ?? '(no key)')}</th>
        <td>${name(`${shownPath(file)}:${line}`)}</td>
        <td>${rule}</td>
        <td>${name(reason)}</td>
      </tr>`;
  }
  yield markup`<section><h2>Rejected records: ${run.rejected}</h2>`;
  const frozen = run.frozen > 0 ? `; ${count(run.frozen, 'account stays', 'accounts stay')} as before` : '';
  const caption = markup`What of them could not be mapped: whoever it is stays as they are${frozen}`;
  yield* table(caption, ['Key', 'Where', 'Rule', 'Why'], rows());
  yield markup`</section>`;
}
