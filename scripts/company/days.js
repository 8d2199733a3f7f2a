/**
 * A day of the story: the rows that the file of that day holds, and what somebody who knows the rules expects of it.
 * Each change to a row is made here and noted in the same breath, so that the two cannot drift apart.
 */

/** What a column becomes on an account under `config/rollcall.yaml`; a column that is not here becomes nothing. */
const ATTRIBUTES = {
  first_name: ['name.givenName'],
  last_name: ['name.familyName'],
  display_name: ['displayName'],
  email: ['userName', 'emails'],
  title: ['title'],
  department: ['enterprise.department'],
  manager_id: ['enterprise.manager'],
  phone: ['phoneNumbers'],
};

export function byKey(a, b) {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** Starts from the rows of the day before. */
export function day(before, name, says) {
  const rows = new Map([...before].map(([key, row]) => [key, { ...row }]));
  const step = {
    name,
    file: `${name}.csv`,
    says,
    created: [],
    returners: [],
    updated: [],
    deactivated: [],
    reactivated: [],
    whileInvited: [],
    rejected: [],
    unchanged: [],
  };

  /** Edits a row; gives the note of what was edited. */
  function edit({ employee_id: key }, what, columns) {
    const row = rows.get(key);
    const changes = Object.entries(columns)
      .filter(([column, value]) => row[column] !== value)
      .map(([column, after]) => ({ column, before: row[column], after }));
    if (changes.length === 0) throw new Error(`${name}: ${key} (${what}) does not change`);
    Object.assign(row, columns);
    return { key, what, attributes: changes.flatMap(({ column }) => ATTRIBUTES[column] ?? []), changes };
  }

  return {
    rows,
    step,
    join(row) {
      rows.set(row.employee_id, { ...row });
      step.created.push(row.employee_id);
    },
    /** Somebody who had left before there was an account. */
    joinLate(row, columns) {
      step.created.push(row.employee_id);
      step.returners.push(edit(row, 'had left, and is back; there never was an account', columns));
    },
    move: (row, what, columns) => step.updated.push(edit(row, what, columns)),
    leave: (row, status) => step.deactivated.push(edit(row, 'leaves, says the status', { status })),
    vanish(row) {
      rows.delete(row.employee_id);
      step.deactivated.push({ key: row.employee_id, what: 'leaves, missing from the file' });
    },
    comeBack: (row, columns) => step.reactivated.push(edit(row, 'is back', columns)),
    reject: (row, what, columns) => step.rejected.push(edit(row, what, columns)),
    /** What was just noted about somebody was noted before they accepted their invitation. */
    beforeAccepting: ({ employee_id: key }) => step.whileInvited.push(key),
    /** A change of a column that becomes no attribute. */
    touch: (row, what, columns) => step.unchanged.push(edit(row, what, columns)),
  };
}
