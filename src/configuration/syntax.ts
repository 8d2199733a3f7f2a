import type { ErrorCode } from 'yaml';

/**
 * What each of the parser's errors means to a person. The parser's own messages are not passed on: several quote the
 * text that they stumbled over, and that text may be a secret.
 */
export const syntaxErrors: Readonly<Record<ErrorCode, readonly [message: string, hint?: string]>> = {
  ALIAS_PROPS: ['a reference (*name) cannot have an anchor or a tag'],
  BAD_ALIAS: ['this is not a reference (*name)', 'put text that begins with * or & in quotes'],
  BAD_DIRECTIVE: ['this directive is not known', 'put text that begins with % in quotes'],
  BAD_DQ_ESCAPE: [
    'there is no such escape in double quotes',
    'double the backslash, or use single quotes, in which it is plain text',
  ],
  BAD_INDENT: [
    'the indentation does not fit the lines around it',
    'keys of one map start at the same column',
  ],
  BAD_PROP_ORDER: ['anchors and tags stand after the indicator of a list or a map'],
  BAD_SCALAR_START: ['text cannot begin with this character unless it is quoted', 'put the value in quotes'],
  BLOCK_AS_IMPLICIT_KEY: [
    'there is a second "key: " on this line',
    'put a value that holds ": " in quotes, or write it with |- on a line of its own',
  ],
  BLOCK_IN_FLOW: ['a block cannot stand inside { } or [ ]'],
  DUPLICATE_KEY: ['this key is there twice', 'keep one of them'],
  IMPOSSIBLE: ['this cannot be read as YAML'],
  KEY_OVER_1024_CHARS: ['a key has at most 1024 characters'],
  MISSING_CHAR: [
    'something is not closed or not complete here: a quote, a bracket, or the colon and the space after a key',
    'inside { } and [ ] a value that holds a comma or a bracket, as ${ … } does, needs quotes',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'a key stands on one line',
    'is a colon missing, or the closing quote of a value?',
  ],
  MULTIPLE_ANCHORS: ['a value has one anchor at most'],
  MULTIPLE_DOCS: ['the file holds more than one document', 'take out the line "---"'],
  MULTIPLE_TAGS: ['a value has one tag at most'],
  NON_STRING_KEY: ['a key is text'],
  RESOURCE_EXHAUSTION: ['the file is nested too deeply'],
  TAB_AS_INDENT: ['there is a tab in the indentation', 'indent with spaces'],
  TAG_RESOLVE_FAILED: ['tags (!name) are not used here', 'put text that begins with ! in quotes'],
  UNEXPECTED_TOKEN: [
    'this is not expected here',
    'put a value that holds brackets, commas or a colon and a space in quotes',
  ],
  BAD_COLLECTION_TYPE: ['this tag does not fit what follows'],
};
