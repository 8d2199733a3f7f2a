import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, PatternError } from '../../src/configuration/pattern.ts';

describe('a pattern', () => {
  it.each([
    ['^a+$', 'aaa', true],
    ['^a+$', 'aab', false],
    ['b', 'abc', true],
    ['^(?:ab|cd){2}$', 'abcd', true],
    ['^(?:ab|cd){2}$', 'abc', false],
    ['^E[0-9]{4,6}$', 'E12345', true],
    ['^E[0-9]{4,6}$', 'E123', false],
    ['^x{2,}$', 'xxxx', true],
    ['(?i)^ada@', 'ADA@example.org', true],
    ['^a.b$', 'a\nb', false],
    ['(?s)^a.b$', 'a\nb', true],
    ['^\\p{Lu}\\p{Ll}+$', 'Žofie', true],
    ['\\bcat\\b', 'a cat sat', true],
    ['\\bcat\\b', 'concatenate', false],
    ['^[\\w.\\-@]+$', 'a.b-c@d', true],
    ['^[^@]+@[^@]+$', 'a@b@c', false],
    ['^\\@\\_\\-$', '@_-', true],
    ['^.$', '😀', true],
    ['^(?P<year>\\d{4})$', '2026', true],
    ['', '', true],
    ['^$', 'a', false],
    ['^(a*)*$', 'b', false],
    ['a{2}', 'a{2}', false],
    ['^a]b}$', 'a]b}', true],
  ])('%s on %s is %s', (pattern, text, matches) => {
    expect(compilePattern(pattern)(text)).toBe(matches);
  });

  it.each([
    ['(a', 'without its )'],
    ['a)', 'without its ('],
    ['[a', 'without its ]'],
    ['*a', 'nothing before'],
    ['a**', 'two repetitions'],
    ['(?=a)', 'looking ahead'],
    ['(?<!a)b', 'looking behind'],
    ['(a)\\1', 'looking back'],
    ['a{3,2}', 'smaller number'],
    ['a{1001}', 'at most 1000'],
    ['(?:(?:(?:a{100}){100}){100}){100}', 'too long'],
    ['(?:(?:(?:){1000}){1000}){1000}', 'too long'],
    ['\\', 'backslash'],
    ['[[:alpha:]]', 'not read'],
    ['[]a]', 'nothing between'],
    ['('.repeat(1000), 'nested too deeply'],
  ])('%s is refused', (pattern, why) => {
    expect(() => compilePattern(pattern)).toThrow(PatternError);
    expect(() => compilePattern(pattern)).toThrow(why);
  });

  it('takes no more than the length of the text, where backtracking would take for ever', () => {
    const started = performance.now();
    expect(compilePattern('^(a+)+$')(`${'a'.repeat(20_000)}b`)).toBe(false);
    expect(compilePattern('^(a|a)*$')(`${'a'.repeat(20_000)}b`)).toBe(false);
    expect(compilePattern('a*a*a*a*b')('a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '^', '$', '\\b');
  const expression = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      atom,
      fc.tuple(tie('any'), tie('any')).map(([left, right]) => left + right),
      fc.tuple(tie('any'), tie('any')).map(([left, right]) => `(?:${left}|${right})`),
      fc
        .tuple(tie('any'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{2,}'))
        .map(([one, many]) => `(?:${one})${many}`),
    ),
  })).any;

  it('agrees with JavaScript on what both can read', () => {
    fc.assert(
      fc.property(
        expression,
        fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', '\n', 'é'), maxLength: 8 }),
        (pattern, text) => {
          expect(compilePattern(pattern)(text)).toBe(new RegExp(pattern, 'u').test(text));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('either compiles or is refused, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab\\[](){}|*+?^$.-,1d:=!<>pPux'), maxLength: 20 }),
        (pattern) => {
          try {
            compilePattern(pattern)('ab1');
          } catch (error) {
            expect(error).toBeInstanceOf(PatternError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
