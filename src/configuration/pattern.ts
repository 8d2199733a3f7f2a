/**
 * Whether a text matches a regular expression, in time that grows only with the length of both. CEL asks for RE2
 * (https://github.com/google/re2/wiki/Syntax) for that reason; JavaScript's own engine tries every way through a
 * pattern, and one cell of a source could keep it busy for days. So there is neither looking around nor looking back.
 */
export type Matcher = (text: string) => boolean;

/** A pattern that cannot be used; `message` says why. */
export class PatternError extends Error {}

type Test = (codePoint: number) => boolean;
type Step =
  | { readonly kind: 'take'; readonly test: Test; next: number }
  | { readonly kind: 'fork'; next: number; other: number }
  | { readonly kind: 'start' | 'end' | 'boundary' | 'noBoundary'; next: number }
  | { readonly kind: 'match' };

const maximumSteps = 5_000;
const maximumRepeat = 1_000;

/** Throws `PatternError`. */
export function compilePattern(pattern: string): Matcher {
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  const parser = new Parser(
    flags ? pattern.slice(flags[0].length) : pattern,
    flags?.[1]?.includes('i') ?? false,
    flags?.[1]?.includes('s') ?? false,
  );
  const program = parser.program();
  return (text) => run(program, text);
}

/** Thompson's construction: each part of the pattern is compiled to steps that lead to the step given. */
type Part = (next: number) => number;

class Parser {
  readonly #steps: Step[] = [{ kind: 'match' }];
  readonly #pattern: string;
  readonly #flags: string;
  readonly #dotAll: boolean;
  #at = 0;
  #spent = 0;

  constructor(pattern: string, ignoreCase: boolean, dotAll: boolean) {
    this.#pattern = pattern;
    this.#flags = ignoreCase ? 'iu' : 'u';
    this.#dotAll = dotAll;
  }

  program(): { readonly steps: readonly Step[]; readonly entry: number } {
    const part = this.#alternatives(0);
    if (this.#at < this.#pattern.length) throw new PatternError('there is a ) without its (');
    return { steps: this.#steps, entry: part(0) };
  }

  #add(step: Step): number {
    if (this.#steps.length >= maximumSteps) throw new PatternError('the pattern is too long');
    return this.#steps.push(step) - 1;
  }

  /** Repeating what is empty adds no steps and would still take for ever. */
  #spend(): void {
    if (++this.#spent > maximumSteps) throw new PatternError('the pattern is too long');
  }

  #alternatives(depth: number): Part {
    if (depth > 50) throw new PatternError('the pattern is nested too deeply');
    let part = this.#sequence(depth);
    while (this.#pattern[this.#at] === '|') {
      this.#at++;
      const left = part;
      const right = this.#sequence(depth);
      part = (next) => this.#add({ kind: 'fork', next: left(next), other: right(next) });
    }
    return part;
  }

  #sequence(depth: number): Part {
    const parts: Part[] = [];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at]!))
      parts.push(this.#repeated(this.#single(depth)));
    return (next) => parts.reduceRight((after, part) => part(after), next);
  }

  #repeated(part: Part): Part {
    const quantifier = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.#pattern.slice(this.#at));
    if (!quantifier) return part;
    this.#at += quantifier[0].length;
    if (/^[*+?]/.test(this.#pattern.slice(this.#at)))
      throw new PatternError('there are two repetitions in a row');
    const [text, least, comma, most] = quantifier;
    if (text.startsWith('*')) return this.#times(part, 0, Infinity);
    if (text.startsWith('+')) return this.#times(part, 1, Infinity);
    if (text.startsWith('?')) return this.#times(part, 0, 1);
    const from = Number(least);
    const to = comma === undefined ? from : most === '' ? Infinity : Number(most);
    if (from > maximumRepeat || (to !== Infinity && to > maximumRepeat))
      throw new PatternError(`a part is repeated at most ${maximumRepeat} times`);
    if (to < from) throw new PatternError('a repetition goes from the smaller number to the larger');
    return this.#times(part, from, to);
  }

  #times(part: Part, from: number, to: number): Part {
    return (next) => {
      let after = next;
      this.#spend();
      if (to === Infinity) {
        const fork: Step = { kind: 'fork', next: 0, other: next };
        after = this.#add(fork);
        fork.next = part(after);
      } else {
        for (let count = from; count < to; count++)
          after = this.#add({ kind: 'fork', next: part(after), other: next });
      }
      for (let count = 0; count < from; count++) {
        this.#spend();
        after = part(after);
      }
      return after;
    };
  }

  #single(depth: number): Part {
    const character = this.#pattern[this.#at]!;
    if (character === '(') return this.#group(depth);
    if (character === '[') return this.#take(this.#classLength());
    if (character === '\\') return this.#escape();
    if ('*+?'.includes(character))
      throw new PatternError(`there is nothing before the ${character} to repeat`);
    this.#at++;
    if (character === '^') return (next) => this.#add({ kind: 'start', next });
    if (character === '$') return (next) => this.#add({ kind: 'end', next });
    if (character === '.') {
      const any = this.#dotAll;
      return (next) => this.#add({ kind: 'take', test: (point) => any || point !== 10, next });
    }
    this.#at--;
    return this.#take(String.fromCodePoint(this.#pattern.codePointAt(this.#at)!).length);
  }

  #group(depth: number): Part {
    const rest = this.#pattern.slice(this.#at);
    const opening = /^\((?:\?:|\?P?<[A-Za-z_]\w*>)?/.exec(rest)![0];
    if (opening === '(' && rest[1] === '?')
      throw new PatternError('looking ahead, looking behind and flags inside a pattern are not read');
    this.#at += opening.length;
    const part = this.#alternatives(depth + 1);
    if (this.#pattern[this.#at] !== ')') throw new PatternError('there is a ( without its )');
    this.#at++;
    return part;
  }

  #escape(): Part {
    const rest = this.#pattern.slice(this.#at);
    const edge = { b: 'boundary', B: 'noBoundary', A: 'start', z: 'end' }[rest[1] ?? ''];
    if (edge !== undefined) {
      this.#at += 2;
      return (next) => this.#add({ kind: edge as 'start', next });
    }
    if (/^\\[1-9k]/.test(rest)) throw new PatternError('looking back at what a group matched is not read');
    const whole = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]+\}|[pP]\{[^}]*\}|[\s\S])/u.exec(rest);
    if (!whole) throw new PatternError('the pattern ends with a backslash');
    return this.#take(whole[0].length);
  }

  #classLength(): number {
    const rest = this.#pattern.slice(this.#at);
    const whole = /^\[\^?(?:\\[\s\S]|[^\]\\])+\]/.exec(rest);
    if (!whole) throw new PatternError('there is a [ without its ], or nothing between them');
    if (whole[0].includes('[:'))
      throw new PatternError('classes such as [:alpha:] are not read; write \\p{L}');
    return whole[0].length;
  }

  /** One character, a class or an escape: for a single character JavaScript's own engine is safe, and exact. */
  #take(length: number): Part {
    const source = this.#pattern.slice(this.#at, this.#at + length);
    this.#at += length;
    const test = characterTest(source, this.#flags);
    return (next) => this.#add({ kind: 'take', test, next });
  }
}

function characterTest(source: string, flags: string): Test {
  let expression: RegExp;
  try {
    expression = new RegExp(`^${portable(source)}$`, flags);
  } catch {
    throw new PatternError(`${source} is not a character, a class or an escape`);
  }
  const known = new Int8Array(128);
  return (point) => {
    if (point >= 128) return expression.test(String.fromCodePoint(point));
    if (known[point] === 0) known[point] = expression.test(String.fromCodePoint(point)) ? 1 : 2;
    return known[point] === 1;
  };
}

/** JavaScript's Unicode mode refuses to escape what needs no escape, and reads a lone bracket as an error. */
function portable(source: string): string {
  const literal = /^\\([\W_])$/u.exec(source)?.[1] ?? (/^[^[\\]/.test(source) ? source : undefined);
  if (literal !== undefined) return literal.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  return source.replace(/\\([\s\S])/gu, (whole, character: string) =>
    /^[\s"#%&',:;<=>@`~!_]$/.test(character) ? character : whole,
  );
}

/** All ways through the pattern at once: after each character, the set of steps that could come next. */
function run(program: { readonly steps: readonly Step[]; readonly entry: number }, text: string): boolean {
  const { steps, entry } = program;
  const seen = new Int32Array(steps.length).fill(-1);
  let current: number[] = [];
  let round = 0;
  const pending: number[] = [];
  const follow = (from: number, at: number, into: number[]): boolean => {
    pending.push(from);
    let matched = false;
    while (pending.length > 0) {
      const index = pending.pop()!;
      if (seen[index] === round) continue;
      seen[index] = round;
      const step = steps[index]!;
      if (step.kind === 'match') matched = true;
      else if (step.kind === 'take') into.push(index);
      else if (step.kind === 'fork') pending.push(step.other, step.next);
      else if (holds(step.kind, text, at)) pending.push(step.next);
    }
    return matched;
  };
  for (let at = 0; ;) {
    // A match may begin anywhere, so each place starts anew beside what is under way.
    if (follow(entry, at, current)) return true;
    if (at >= text.length) return false;
    const point = text.codePointAt(at)!;
    const width = point > 0xffff ? 2 : 1;
    const following: number[] = [];
    round++;
    let matched = false;
    for (const index of current) {
      const step = steps[index]!;
      if (step.kind === 'take' && step.test(point) && follow(step.next, at + width, following))
        matched = true;
    }
    if (matched) return true;
    current = following;
    at += width;
  }
}

function holds(kind: 'start' | 'end' | 'boundary' | 'noBoundary', text: string, at: number): boolean {
  if (kind === 'start') return at === 0;
  if (kind === 'end') return at === text.length;
  return (isWord(text[at - 1]) !== isWord(text[at])) === (kind === 'boundary');
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
