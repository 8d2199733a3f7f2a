/** A name of an attribute, or the number of its type (RFC 4512 §1.4); `_` is in no RFC, and in names that servers have. */
const NAME = String.raw`(?:[a-z][\w-]*|\d+(?:\.\d+)*)`;
const BYTE = String.raw`\\[0-9a-f]{2}`;
const VALUE = String.raw`(?:[^()*\\\0]|${BYTE})*`;
const PATTERN = String.raw`(?:[^()\\\0]|${BYTE})*`;
/** `(cn=a*)`, `(cn~=a)`, `(cn>=a)`, `(cn<=a)`; and by a rule of its own, `(cn:dn:caseExactMatch:=a)`. */
const ITEM = new RegExp(
  String.raw`\((?:${NAME}(?:;[\w-]+)*(?:=${PATTERN}|[~<>]=${VALUE}|(?::dn)?(?::${NAME})?:=${VALUE})|(?::dn)?:${NAME}:=${VALUE})\)`,
  'gi',
);
/** `(&…)`, `(|…)` and `(!…)` of what has been read, which a character stands for that no filter has. */
const READ = '\0';
const LIST = /\((?:[&|]\0+|!\0)\)/g;

/** Whether a text is a filter after RFC 4515 §3. Its `filterlist` has at least one filter, so that `(&)` is none. */
export function isLdapFilter(text: string): boolean {
  if (text.includes(READ)) return false;
  let left = text.replace(ITEM, READ);
  for (let before = ''; left !== before;) {
    before = left;
    left = before.replace(LIST, READ);
  }
  return left === READ;
}
