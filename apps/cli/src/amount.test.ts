import { expect, it } from 'vitest';
import { parseAmount } from './amount.ts';

it.each([
  ['5usd', 'usd', 5],
  ['$5.50', 'usd', 5.5],
  ['$5usd', 'usd', 5],
  ['200000', 'tokens', 200_000],
  ['200k', 'tokens', 200_000],
  ['2.5M', 'tokens', 2_500_000],
  ['3 tokens', 'tokens', 3],
] as const)('reads %s', (text, unit, value) => {
  expect(parseAmount(text)).toEqual({ unit, value });
});

it.each(['', '5eur', '-5', 'usd', '5 k usd', '1e9', '$'])('refuses %j', (text) => {
  expect(() => parseAmount(text)).toThrow(
    expect.objectContaining({ code: 'ORC_CLI_NOT_AN_AMOUNT' }) as Error,
  );
});
