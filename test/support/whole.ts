/** A number of what a tool by hand is to do, 1 or more: with none it would say that all is well, having done nothing. */
export function wholeOf(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`${name} ${text} is no whole number from 1 on`);
  process.exit(2);
}
