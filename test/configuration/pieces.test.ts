import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from '../../src/configuration/pieces.ts';

const expression = (source: string, start: number) => ({ kind: 'expression', source, start });
const text = (value: string) => ({ kind: 'text', text: value });

describe('text is cut at its expressions', () => {
  it.each([
    ['plain', [text('plain')]],
    ['', [text('')]],
    ['${a}', [expression('a', 2)]],
    ['x ${a} y ${b}', [text('x '), expression('a', 4), text(' y '), expression('b', 11)]],
    ['$${a} ${b}', [text('${a} '), expression('b', 8)]],
    ['$$${a}', [text('$${a}')]],
    ['$5 {x}', [text('$5 {x}')]],
    ['${ {"a": {"b": 1}} }', [expression(' {"a": {"b": 1}} ', 2)]],
    ['${"}" + a}', [expression('"}" + a', 2)]],
    ["${'}'}", [expression("'}'", 2)]],
    ['${"\\"}"}', [expression('"\\"}"', 2)]],
    ['${"""a"}\n"""}', [expression('"""a"}\n"""', 2)]],
    ['${a // }\n + b}', [expression('a // }\n + b', 2)]],
    ["${'http://x'}", [expression("'http://x'", 2)]],
  ])('%s', (source, pieces) => {
    expect(splitText(source)).toEqual({ pieces });
  });

  it.each([
    ['${', 0],
    ['ab ${ a', 3],
    ['${ {} ', 0],
    ['${ "abc }', 3],
    ['${ "a\nb" }', 3],
    ['${ a // }', 0],
  ])('%s is not closed', (source, start) => {
    expect(splitText(source).fault).toMatchObject({ start });
  });

  it('gives back any text that holds no expression', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', '"') }), (value) => {
        const escaped = value.replaceAll('${', () => '$${');
        expect(splitText(escaped)).toEqual({ pieces: [text(value)] });
      }),
    );
  });
});
