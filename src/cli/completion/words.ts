/**
 * The names of the targets, read by awk from the configuration as people write it: the first keys under `targets:`. To start
 * the program for each press of a key would take a third of a second. `$file` is the shell's own variable.
 */
export const targetsByAwk = `awk '/^targets:/ { t = 1; next } /^[^ \\t#]/ { t = 0 }
    t && match($0, /^[ \\t]+/) { if (!n) n = RLENGTH
      if (RLENGTH == n && /^[ \\t]+[^ \\t#-][^:]*:/) { sub(/^[ \\t]+/, ""); sub(/:.*/, ""); gsub(/["\\047]/, ""); print } }' "$file" 2>/dev/null`;

/** A text in single quotes, as a shell takes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The beginning of a description: lists of a shell have one line for each. */
export function brief(text: string): string {
  const [first = ''] = text.split(/[;:.](?= |$)/);
  return first;
}
