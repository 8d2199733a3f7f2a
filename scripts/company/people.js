/**
 * The company on its first day: one chief executive, a head per department, team leads, everybody else.
 *
 * Addresses are under example.com and example.org (RFC 2606). Telephone numbers come from ranges that are kept for
 * fiction: NANPA 555-0100 to 555-0199, Ofcom 020 7946 0000 to 0999, Bundesnetzagentur 030 23125 000 to 999, PTS
 * 070-174 06 05 to 06 99.
 */
import { names } from './names.js';

/** Size, title of the head, and everybody else's titles, each with the one that a promotion brings. */
const DEPARTMENTS = {
  Engineering: {
    size: 92,
    head: 'VP, Engineering',
    titles: {
      'Software Engineer': 'Senior Software Engineer',
      'Firmware Engineer': 'Senior Firmware Engineer',
      'Site Reliability Engineer': 'Principal Engineer',
    },
  },
  'Product, Design & Research': {
    size: 32,
    head: 'Head of Product',
    titles: { Designer: 'Senior Designer', 'Product Manager': 'Group Product Manager' },
  },
  Sales: {
    size: 54,
    head: 'Chief Revenue Officer',
    titles: { 'Account Executive': 'Senior Account Executive', 'Sales Engineer': 'Lead Sales Engineer' },
  },
  'Customer Care': {
    size: 36,
    head: 'Head of Customer Care',
    titles: { 'Support Specialist': 'Senior Support Specialist' },
  },
  Operations: {
    size: 35,
    head: 'Chief Operating Officer',
    titles: { 'Logistics Planner': 'Senior Logistics Planner', 'Workshop Technician': 'Workshop Supervisor' },
  },
  Finance: { size: 20, head: 'Chief Financial Officer', titles: { Accountant: 'Controller' } },
  People: { size: 13, head: 'Head of People', titles: { 'People Partner': 'Senior People Partner' } },
  Security: {
    size: 11,
    head: 'Chief Information Security Officer',
    titles: { 'Security Analyst': 'Security Engineer' },
  },
  Legal: { size: 6, head: 'General Counsel', titles: { Counsel: 'Senior Counsel' } },
};

const GROUPS = ['VPN', 'On Call', 'Book Club', 'Release Crew', 'First Aid', 'Tea, Coffee & Biscuits'];

/** The number of somebody's telephone at an office; empty when the office's range is used up. */
const TELEPHONES = {
  London: (serial) => `+44 20 7946 0${digits(serial, 3)}`,
  Berlin: (serial) => `+49 30 23125 ${digits(serial, 3)}`,
  Chicago: (serial) => (serial < 100 ? `+1 312-555-01${digits(serial, 2)}` : ''),
  Stockholm: (serial) => (serial < 95 ? `+46 70 174 06 ${digits(5 + serial, 2)}` : ''),
};

/** People whom careless programs get wrong: two of one name, quotes, commas, apostrophes, a plus sign, a word. */
const AWKWARD = [
  ['Maria', 'Silva', 'Maria Silva', 'maria.silva@example.com'],
  ['Maria', 'Silva', 'Maria Silva', 'maria.silva2@example.com'],
  ['Siobhán', "O'Dowd", "Siobhán O'Dowd", "siobhan.o'dowd@example.com"],
  ['Katarzyna "Kasia"', 'Źrebiec', 'Katarzyna "Kasia" Źrebiec', 'kasia.zrebiec@example.com'],
  ['Desmond', 'Ashgrove, Jr.', 'Desmond Ashgrove, Jr.', 'desmond.ashgrove@example.com'],
  ['Edwin', 'Tidewater', 'Edwin "Ned" Tidewater, PhD', 'edwin.tidewater+lab@example.org'],
  ['Anne-Sophie Félicité', "d'Arcy de l'Étang", "Anne-Sophie d'Arcy de l'Étang", 'a.darcy@example.com'],
  ['Null', 'Pemberly', 'Null Pemberly', 'null.pemberly@example.com'],
];
/** Cells of more than one line. */
const LOCATIONS = ['Berlin\nHaus 3, Aufgang B', 'London\n"The Annexe", 2nd floor'];

function digits(number, width) {
  return String(number).padStart(width, '0');
}

/** Gives people names and telephone numbers, no address and no number twice. */
export function registrar(random) {
  const taken = new Set(AWKWARD.map(([, , , email]) => email.split('@')[0]));
  const tongues = names().map((list) => random.shuffled(list.filter(({ address }) => !taken.has(address))));
  const serials = {};
  let turn = 0;
  return {
    name(domain = 'example.com') {
      const { first, last, display, address } = tongues[turn++ % tongues.length].pop();
      return { first_name: first, last_name: last, display_name: display, email: `${address}@${domain}` };
    },
    phone(office) {
      serials[office] = (serials[office] ?? -1) + 1;
      return TELEPHONES[office](serials[office]);
    },
  };
}

/** The title that a promotion brings. */
export function promotion({ department, title }) {
  return DEPARTMENTS[department].titles[title];
}

/** Everybody of day one, in no order: rows of the file, plus `rank` and `manager`, which the file does not say. */
export function hire(random, register) {
  const rows = [];
  const add = (rank, title, department, manager) => {
    const office = random.one(Object.keys(TELEPHONES));
    const row = {
      rank,
      manager,
      status: 'active',
      ...register.name(random.chance(0.08) ? 'example.org' : 'example.com'),
      title,
      department,
      groups: GROUPS.filter((group) => random.chance(group === 'VPN' ? 0.6 : 0.12)).join(';'),
      phone: random.chance(0.85) ? register.phone(office) : '',
      location: random.chance(0.1) ? 'Remote' : office,
    };
    rows.push(row);
    return row;
  };
  const chief = add('chief', 'Chief Executive Officer', 'Executive');
  for (const [department, { size, head, titles }] of Object.entries(DEPARTMENTS)) {
    const headRow = add('head', head, department, chief);
    const leads = Array.from({ length: Math.ceil(size / 10) }, () =>
      add('lead', 'Team Lead', department, headRow),
    );
    for (let left = size - 1 - leads.length; left > 0; left--) {
      add('member', random.one(Object.keys(titles)), department, random.one(leads));
    }
  }
  return numbered(random, awkward(random, rows));
}

function awkward(random, rows) {
  const members = random.shuffled(rows.filter(({ rank }) => rank === 'member'));
  AWKWARD.forEach(([first_name, last_name, display_name, email], index) =>
    Object.assign(members[index], { first_name, last_name, display_name, email }),
  );
  LOCATIONS.forEach((location, index) => (members[AWKWARD.length + index].location = location));
  return rows;
}

/** Keys in a random order, so that a manager may well come after the people who report to them. */
function numbered(random, rows) {
  const order = random.shuffled(rows);
  order.forEach((row, index) => (row.employee_id = `E${1001 + index}`));
  for (const row of order) row.manager_id = row.manager?.employee_id ?? '';
  return order;
}
