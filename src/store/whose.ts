/**
 * Whose an operation is, in SQL: `SELECT ${KEY}, ${GROUP} FROM ${WHOSE}`. A person's; or of a membership in which the member
 * is a group, that group's; or else the group's that it is about.
 */
export const WHOSE = `operation LEFT JOIN person ON person.id = operation.person LEFT JOIN grp ON grp.id = operation.grp
  LEFT JOIN grp AS within ON within.id = operation.member`;
export const KEY = 'coalesce(person.key, within.key, grp.key)';
/** Of a membership, the key of the group; null of all else. */
export const GROUP = 'iif(operation.part = 2, grp.key, NULL)';
