/**
 * What a spreadsheet may take for a formula at the beginning of a cell, in letters of full width as well
 * (owasp.org/www-community/attacks/CSV_Injection), and the mark against that.
 */
const formula = /^[=+\-@\t\r\n'＝＋－＠]/;

/** A line of CSV (RFC 4180), without its end. Cells are text to a spreadsheet, whatever somebody has written into a name. */
export function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => quoted(formula.test(cell) ? `'${cell}` : cell)).join(',');
}

/** A cell as it was before `csvLine` marked it. */
export function unmarked(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
