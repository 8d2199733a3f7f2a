/**
 * The commands as data: what each is called with, what it says of itself, and the module that carries it out. The program,
 * its help, the manual and the completion of shells are all made of this.
 */

/** A command's module is loaded when it is called: `--help` and `--version` need none of them. */
export type Load = () => Promise<{ run(options: never, ...names: never[]): Promise<number> }>;

/** What an option is for; or that, with what it is unless given, what it may be, and whether it has to be given. */
export type OptionWords =
  | string
  | {
      readonly says: string;
      readonly usual?: string;
      readonly choices?: readonly string[];
      readonly isMandatory?: boolean;
    };

/** By their flags, such as `--out <file>`; help shows them in this order. */
export type OptionsWords = Readonly<Record<string, OptionWords>>;

/** In the place of an argument, where its name does not say it all. */
export interface ArgumentWords {
  readonly says: string;
  readonly choices: readonly string[];
}

interface Shown {
  readonly says: string;
  /** Lines that its help ends with. */
  readonly examples: readonly string[];
}

/** A command that does something. */
export interface CommandWords extends Shown {
  readonly load: Load;
  /** Its arguments: `<needed>`, `[not needed]`, `[several...]`. */
  readonly takes?: string;
  readonly arguments?: Readonly<Record<string, ArgumentWords>>;
  readonly options?: OptionsWords;
  /** What its help says beside all this, at the end. */
  readonly more?: string;
}

/** A word that only has commands behind it, such as `key`. */
export interface Family extends Shown {
  readonly commands: Readonly<Record<string, CommandWords>>;
}

/** `--show` and `--all`: how much of each kind is told. */
export function showing(number: string, all: string): OptionsWords {
  return { '--show <number>': { says: number, usual: '20' }, '--all': all };
}
