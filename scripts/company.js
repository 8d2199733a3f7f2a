/**
 * Makes the sample company of `config/people`: about three hundred invented people over three days, and `story.json`,
 * which says what each file should send. Always the same bytes: every choice comes from one seed.
 *
 *   node scripts/company.js            writes the files
 *   node scripts/company.js --check    says whether the files are what this makes (exit 1 if they are not)
 *   … --to FOLDER                      another folder than config/people
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { byKey } from './company/days.js';
import { tell } from './company/story.js';

const COLUMNS = [
  'employee_id',
  'status',
  'first_name',
  'last_name',
  'display_name',
  'email',
  'title',
  'department',
  'manager_id',
  'groups',
  'phone',
  'location',
];

function cell(text) {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of a file (RFC 4180, but with bare newlines), the header first, then the rows by key. */
function lines(rows) {
  const sorted = [...rows.keys()].sort().map((key) => rows.get(key));
  return [COLUMNS, ...sorted.map((row) => COLUMNS.map((column) => row[column]))].map(
    (cells) => `${cells.map(cell).join(',')}\n`,
  );
}

/** The line on which a person's row begins: cells may hold newlines. */
function lineOf(all, key) {
  const index = all.findIndex((line) => line.startsWith(`${key},`));
  return all.slice(0, index).join('').split('\n').length;
}

/** A file that stops in the middle of somebody's title, after three fifths of the people. */
function cut(all) {
  const plain = /^([^",\n]*,){6}[A-Za-z]{3}/;
  const from = Math.floor(all.length * 0.6);
  const index = all.findIndex((line, at) => at >= from && plain.test(line));
  const text = all.slice(0, index).join('') + plain.exec(all[index])[0];
  return { text, records: index - 1, line: lineOf(all, all[index].split(',')[0]) };
}

function produce() {
  const { first, evening, second, again, third } = tell();
  const secondLines = lines(second.rows);
  const short = cut(secondLines);
  for (const { step } of [second, again]) {
    for (const entry of step.rejected) entry.line = lineOf(secondLines, entry.key);
  }
  Object.assign(third.step, { held: true, wholeRecords: short.records, cutOnLine: short.line });
  const steps = [first, evening, second, again, third].map(({ step, rows }) => settle(step, rows.size));
  return {
    'day1.csv': lines(first.rows).join(''),
    'day1-evening.csv': lines(evening.rows).join(''),
    'day2.csv': secondLines.join(''),
    'day3.csv': short.text,
    'story.json': `${readable({ about: ABOUT, steps: tally(steps) })}\n`,
  };
}

const ABOUT =
  'What each file of the sample company should send, told by whoever made the change. Made by scripts/company.js. A step ' +
  'reads its file and syncs; then every open invitation is accepted except those of invitationsLeftOpen. `changes` are in ' +
  'columns of the file, `attributes` what they become under config/rollcall.yaml. unchanged: the row differs, the account ' +
  'does not. whileInvited: those among updated and deactivated whose invitation is open; a service that cannot be told ' +
  'about them yet lets them wait, and the next step sends them. holds: accounts, and how many of them are switched off.';

/** The lists of a step sorted by key, and the number of records of its file. */
function settle(step, records) {
  const sorted = Object.entries(step).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...value].sort(typeof value[0] === 'string' ? undefined : byKey) : value,
  ]);
  return { ...Object.fromEntries(sorted), ...(step.held ? {} : { records }) };
}

/** JSON in which a list of texts is one line, and so is each entry of any other list of a step. */
function readable({ about, steps }) {
  const value = (one) =>
    Array.isArray(one) && one.length > 0 && typeof one[0] !== 'string'
      ? `[\n${one.map((entry) => `        ${JSON.stringify(entry)}`).join(',\n')}\n      ]`
      : JSON.stringify(one);
  const told = steps.map((step) => {
    const properties = Object.entries(step).map(([name, one]) => `      "${name}": ${value(one)}`);
    return `    {\n${properties.join(',\n')}\n    }`;
  });
  return `{\n  "about": ${JSON.stringify(about)},\n  "steps": [\n${told.join(',\n')}\n  ]\n}`;
}

/** How many accounts there are once a step is over, and how many of them are switched off. */
function tally(steps) {
  let accounts = 0;
  let switchedOff = 0;
  return steps.map((step) => {
    accounts += step.created.length;
    switchedOff += step.deactivated.length - step.reactivated.length;
    return { ...step, holds: { accounts, switchedOff } };
  });
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, to: { type: 'string' } } });
const folder = values.to ?? join(import.meta.dirname, '..', 'config', 'people');
const files = Object.entries(produce());
if (values.check) {
  const stale = files.filter(([name, text]) => {
    const file = join(folder, name);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  for (const [name] of stale) {
    console.error(`${join(folder, name)} is not what scripts/company.js makes; run it without --check.`);
  }
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}
