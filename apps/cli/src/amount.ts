import { errors } from './errors.ts';

export interface Amount {
  readonly unit: 'tokens' | 'usd';
  readonly value: number;
}

const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000 };

/** `5usd`, `$5.50`, `200000`, `200k`, `2M`. @throws ORC_CLI_NOT_AN_AMOUNT */
export function parseAmount(text: string): Amount {
  const word = text.trim().toLowerCase();
  const [, dollars] = /^\$?(\d+(?:\.\d+)?)(?:usd)?$/.exec(/^\$|usd$/.test(word) ? word : '') ?? [];
  if (dollars !== undefined) return { unit: 'usd', value: Number(dollars) };
  const [, count, factor = ''] = /^(\d+(?:\.\d+)?)([km]?)(?: ?tokens)?$/.exec(word) ?? [];
  if (count === undefined) throw errors.notAnAmount(text);
  return { unit: 'tokens', value: Math.round(Number(count) * (FACTORS[factor] ?? 1)) };
}
