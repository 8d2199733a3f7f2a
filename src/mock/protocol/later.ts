/** Most answers are there at once, and go out at once; a few take turns with other requests. */
export type Later<T> = T | Promise<T>;

/** Goes on with a value, at once where it is there already. Rejections are the caller's. */
export function after<T, U>(value: Later<T>, act: (value: T) => U): Later<U> {
  return value instanceof Promise ? value.then(act) : act(value);
}
