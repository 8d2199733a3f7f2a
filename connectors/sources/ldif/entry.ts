/** What an LDIF file says, as plain data, in the words of RFC 2849. */
export type Entry = Content | Change;
export type Change = Addition | Deletion | Modification | Renaming;

/** An entry as it is: what an export of a directory consists of. */
export interface Content {
  readonly kind: 'content';
  readonly dn: string;
  readonly attributes: readonly Attribute[];
}

export interface Addition {
  readonly kind: 'add';
  readonly dn: string;
  readonly controls: readonly Control[];
  readonly attributes: readonly Attribute[];
}

export interface Deletion {
  readonly kind: 'delete';
  readonly dn: string;
  readonly controls: readonly Control[];
}

export interface Modification {
  readonly kind: 'modify';
  readonly dn: string;
  readonly controls: readonly Control[];
  /** In their order; an empty one is legal and changes nothing. */
  readonly blocks: readonly Block[];
}

/** `modrdn` and `moddn` are two words for one thing (RFC 2849, note 1). */
export interface Renaming {
  readonly kind: 'modrdn';
  readonly dn: string;
  readonly controls: readonly Control[];
  readonly newRdn: string;
  readonly deleteOldRdn: boolean;
  readonly newSuperior?: string;
}

export type Operation = 'add' | 'delete' | 'replace' | 'increment';

export interface Block {
  readonly operation: Operation;
  readonly name: string;
  readonly values: readonly Value[];
}

export interface Control {
  readonly oid: string;
  readonly critical: boolean;
  readonly value?: Value;
}

/** All values of one attribute, in the order of the file. */
export interface Attribute {
  /** As it is written where it stands first, with its options. */
  readonly name: string;
  readonly values: readonly Value[];
}

/**
 * One value. `text`: what it says. `base64`: bytes that are no text, as base64. `digest`: a value that is too long to be
 * kept and that nobody asked for; its sha256 in hexadecimal stands for it.
 */
export interface Value {
  readonly form: 'text' | 'base64' | 'digest';
  readonly text: string;
}

/** Something that cannot be read. */
export interface Fault {
  /** The physical line. */
  readonly line: number;
  readonly message: string;
  /** The attribute whose value it is, where everything else can be read all the same. */
  readonly attribute?: string;
}
