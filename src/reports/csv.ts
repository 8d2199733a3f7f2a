/**
 * What a spreadsheet may take for a formula at the beginning of a cell, in letters of full width as well
 * (owasp.org/www-community/attacks/CSV_Injection), and the mark against that.
 */
const formula = /^[=+\-@\t\r\n'＝＋－＠]/;

/** What begins as a word, ends so, and has nothing in it that means anything to CSV: nearly every cell. */
const harmless = /^[A-Za-z0-9](?:[\w@.:; /-]*[\w.])?$/;

/** A line of CSV (RFC 4180), without its end. Cells are text to a spreadsheet, whatever somebody has written into a name. */
export function csvLine(cells: readonly string[]): string {
  return cells
    .map((cell) =>
      cell === '' || harmless.test(cell) ? cell : quoted(formula.test(cell) ? `'${cell}` : cell),
    )
    .join(',');
}

/** A cell as it was before `csvLine` marked it. */
export function unmarked(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
