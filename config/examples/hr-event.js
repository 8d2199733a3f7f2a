#!/usr/bin/env node
/**
 * What happens in HR, in the applications a moment later: takes hires, changes and leaves, one a line of JSON on stdin, and
 * provisions each person at once, by the configuration, limits and audit trail of the nightly run. Whoever is dismissed is
 * off everywhere at once, past every limit, and stays off until HR's file says that they left.
 *
 *   COSMO_API_KEY=… node hr-event.js rollcall.yaml < events.ndjson
 *
 *   {"type": "hire", "person": {"employee_id": "E2001", "first_name": "Ada", "email": "ada@example.com", …}}
 *   {"type": "change", "person": {"employee_id": "E2001", "title": "Countess"}}
 *   {"type": "leave", "person": {"employee_id": "E2001"}}
 *   {"type": "dismiss", "person": {"employee_id": "E2001"}, "reason": "the laptop was stolen"}
 *
 * `person` has columns of the file of people: of a hire all that the configuration reads, of the others the key and what
 * has changed. The same event twice changes nothing. The exit code is 0 where all of them were carried out, 3 where one
 * waits for an approval, 4 where one failed or waits, and 1 where one could not be taken at all.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createRollcall, RollcallError } from 'rollcall';

/** The words of the column `status` that say who works here; another export has others. */
const statusOf = { hire: 'active', leave: 'left' };

const [config = 'rollcall.yaml'] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

const codes = new Set();
try {
  const rollcall = await createRollcall({ config, actor: 'hr', onWarning: (problem) => tell(problem) });
  // One after the other: a change that comes behind a hire must not overtake it.
  for await (const line of createInterface({ input: process.stdin }))
    if (line.trim() !== '') codes.add(await take(rollcall, line));
} catch (error) {
  codes.add(fail(error));
}
// The worst of them: 1, then 3, then 4.
process.exitCode = [1, 3, 4].find((code) => codes.has(code)) ?? 0;
if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');

/** Provisions one event; what is wrong with it stops none of the others. */
async function take(rollcall, line) {
  try {
    const { type, person, reason } = JSON.parse(line);
    if (!['hire', 'change', 'leave', 'dismiss'].includes(type))
      throw new SyntaxError(`"${type}" is no event`);
    if (type === 'dismiss') {
      const run = rollcall.offboard(person.employee_id, { reason, signal: stop.signal });
      await show(run);
      return offCodeOf(await run);
    }
    const record = type in statusOf ? { ...person, status: statusOf[type] } : person;
    const run = rollcall.sync({ changes: { records: [record] }, signal: stop.signal });
    await show(run);
    return codeOf(await run);
  } catch (error) {
    return fail(error);
  }
}

async function show(run) {
  for await (const event of run)
    if (event.type === 'operation')
      console.log(`${event.target}  ${event.kind} ${event.key}  ${event.outcome}  ${event.error ?? ''}`);
}

/** What a target has not confirmed, and an account beside that could be theirs, is somebody's business. */
function offCodeOf({ targets }) {
  const open = Object.entries(targets).filter(
    ([, { state, matches }]) =>
      !['off', 'none'].includes(state) || matches.some(({ active }) => active !== false),
  );
  for (const [name, { state, reason }] of open)
    console.error(`${name}: ${state}: ${reason ?? 'another account'}`);
  return open.length > 0 ? 4 : 0;
}

function codeOf({ targets, rejections }) {
  for (const { file, line, reason } of rejections) console.error(`rejected: ${file}:${line}: ${reason}`);
  const all = Object.entries(targets);
  for (const [name, { held, error }] of all) {
    for (const { kind, checksum } of held)
      console.error(`held: ${kind}; if that is meant: rollcall approve ${name} ${checksum}`);
    if (error) console.error(`${name}: ${error.message}`);
  }
  if (all.some(([, target]) => target.held.length > 0)) return 3;
  return rejections.length > 0 || all.some(([, target]) => target.state !== 'done') ? 4 : 0;
}

function fail(error) {
  if (error instanceof RollcallError) error.problems.forEach(tell);
  else if (error instanceof SyntaxError) tell({ message: error.message });
  else throw error;
  return 1;
}

/** What is wrong, where, and what to do. */
function tell({ message, locus, hint }) {
  const place = [locus?.file, locus?.line].filter((part) => part !== undefined).join(':');
  console.error(`${place}${place && ': '}${message}${hint ? `\n  ${hint}` : ''}`);
}
