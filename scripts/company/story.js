/**
 * The story of the sample company: who is hired, and what becomes of them in the evening, on the next day, and on the
 * day on which the file arrives in half.
 */
import { byKey, day } from './days.js';
import { hire, promotion, registrar } from './people.js';
import { generator } from './random.js';

const SEED = 20261121;

/** Chooses people whom the story has not touched yet. */
function casting(random, rows) {
  let waiting = random.shuffled(rows);
  const choose = (count, fits) => {
    const chosen = waiting.filter(fits).slice(0, count);
    if (chosen.length < count) throw new Error(`${count} wanted, ${chosen.length} found`);
    waiting = waiting.filter((row) => !chosen.includes(row));
    return chosen;
  };
  return {
    choose,
    leads: (count, department) =>
      choose(count, (row) => row.rank === 'lead' && row.department === department),
    members: (count, fits = () => true) => choose(count, (row) => row.rank === 'member' && fits(row)),
  };
}

function isLatin(text) {
  return /^[\p{Script=Latin}\p{P} ]+$/u.test(text);
}

/** Each day's rows by key, and its step of the story. */
export function tell() {
  const random = generator(SEED);
  const register = registrar(random);
  const hired = hire(random, register);
  const cast = casting(random, hired);
  const leads = {
    leaving: cast.leads(1, 'Sales')[0],
    succeeding: cast.leads(1, 'Sales')[0],
    growing: cast.leads(1, 'Engineering')[0],
    marrying: cast.choose(1, (row) => row.rank === 'lead' && isLatin(row.display_name))[0],
  };
  const team = cast.choose(
    hired.filter(({ manager }) => manager === leads.leaving).length,
    ({ manager }) => manager === leads.leaving,
  );
  const invited = cast.members(12);
  const gone = cast.members(8);

  const first = firstDay(hired, cast, gone, invited);
  const evening = eveningOf(first, cast.members(2));
  const second = secondDay(evening, { cast, register, leads, team, invited, returning: gone[0] });
  return { first, evening, second, again: dayTwoAgain(second), third: thirdDay(second) };
}

function firstDay(hired, cast, gone, invited) {
  const morning = day(new Map(), 'day1', 'The target is empty: everybody who works here gets an account.');
  gone.forEach((row, index) => (row.status = index % 3 === 2 ? 'terminated' : 'left'));
  for (const row of cast.members(6)) row.status = 'on leave';
  const unknown = cast.members(5);
  unknown.forEach((row, index) => (row.manager_id = `E0${417 + 31 * index}`));
  for (const row of hired) {
    morning.rows.set(row.employee_id, row);
    if (!gone.includes(row)) morning.step.created.push(row.employee_id);
  }
  const keys = (rows) => rows.map((row) => row.employee_id).sort();
  morning.step.withoutAccount = keys(gone);
  morning.step.unknownManagers = unknown
    .map((row) => ({ key: row.employee_id, manager: row.manager_id }))
    .sort(byKey);
  morning.step.invitationsLeftOpen = keys(invited);
  return morning;
}

function eveningOf(first, [returning, leaving]) {
  const evening = day(first.rows, 'day1-evening', 'Two people leave before the day is over.');
  evening.leave(returning, 'left');
  evening.leave(leaving, 'terminated');
  evening.returning = returning;
  evening.step.unknownManagers = first.step.unknownManagers;
  evening.step.invitationsLeftOpen = first.step.invitationsLeftOpen;
  return evening;
}

function secondDay(evening, { cast, register, leads, team, invited, returning }) {
  const says = 'Joiners, movers, a rename, leavers, and somebody who thought better of it.';
  const today = day(evening.rows, 'day2', says);
  const { growing, leaving, marrying, succeeding } = leads;

  joiners(register, leads).forEach(today.join);
  today.joinLate(returning, { status: 'active' });
  today.comeBack(evening.returning, { status: 'active', title: promotion(evening.returning) });

  today.leave(leaving, 'left');
  for (const row of team) today.move(row, 'new manager', { manager_id: succeeding.employee_id });
  for (const row of cast.members(3)) today.move(row, 'promotion', { title: promotion(row) });
  for (const row of cast.members(3, ({ department }) => department === 'Customer Care')) {
    today.move(row, 'another department', {
      title: 'Firmware Engineer',
      department: 'Engineering',
      manager_id: growing.employee_id,
      groups: 'On Call;Release Crew;VPN',
    });
  }
  for (const row of cast.members(1, ({ phone }) => phone !== '')) {
    today.move(row, 'gives the telephone back', { phone: '' });
  }
  today.move(marrying, 'marries, and takes another name', {
    last_name: 'Quillfeather-Moss',
    display_name: `${marrying.first_name} Quillfeather-Moss`,
    email: `${marrying.email.split('.')[0]}.quillfeather-moss@example.com`,
  });

  for (const row of cast.members(2)) today.leave(row, 'left');
  for (const row of cast.members(2)) today.leave(row, 'terminated');
  cast.members(3).forEach(today.vanish);

  for (const row of cast.members(2)) today.touch(row, 'goes on leave', { status: 'on leave' });
  for (const row of cast.members(2)) today.touch(row, 'another office', { location: 'Remote, mostly' });
  for (const row of cast.members(2)) today.touch(row, 'another group', { groups: 'Choir' });
  for (const row of cast.members(1)) {
    today.reject(row, 'a status that nobody declared', { status: 'sabbatical', title: promotion(row) });
  }
  today.move(invited[0], 'promotion', { title: promotion(invited[0]) });
  today.leave(invited[1], 'left');
  invited.slice(0, 2).forEach(today.beforeAccepting);
  today.step.unknownManagers = [...evening.step.unknownManagers, { key: 'E1306', manager: 'E0999' }];
  today.step.invitationsLeftOpen = [];
  return today;
}

/** New people; the first of them reports to the second, and the last to somebody whom the file does not know. */
function joiners(register, { growing, succeeding }) {
  return [
    ['Software Engineer', 'Engineering', 'E1302', 'member'],
    ['Team Lead', 'Engineering', growing.manager_id, 'lead'],
    ['Firmware Engineer', 'Engineering', growing.employee_id, 'member'],
    ['Account Executive', 'Sales', succeeding.employee_id, 'member'],
    ['Support Specialist', 'Customer Care', '', 'member'],
    ['Security Analyst', 'Security', 'E0999', 'member'],
  ].map(([title, department, manager_id, rank], index) => ({
    rank,
    employee_id: `E${1301 + index}`,
    status: 'active',
    ...register.name(),
    title,
    department,
    manager_id,
    groups: 'VPN',
    phone: register.phone('London'),
    location: 'London',
  }));
}

/** The same file once more: nothing is left to do, unless a service could not be told about people before they accepted. */
function dayTwoAgain(second) {
  const { step, rows } = day(
    second.rows,
    'day2-again',
    'The same file once more: there is nothing left to do.',
  );
  step.file = second.step.file;
  step.rejected = second.step.rejected.map(({ key, what }) => ({ key, what }));
  step.unknownManagers = second.step.unknownManagers;
  step.invitationsLeftOpen = [];
  return { step, rows };
}

function thirdDay(second) {
  const says = 'The file ends in the middle of a row. It is held, and nobody is switched off.';
  const { step, rows } = day(second.rows, 'day3', says);
  step.invitationsLeftOpen = [];
  return { step, rows };
}
