/** US dollars for a million tokens of each kind. */
interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

export interface Price extends Rates {
  /** The model's name; a date behind it means the same price. */
  readonly model: string;
  /** From this day on (UTC); an earlier price stays for what was used before. */
  readonly from: string;
  /** Other rates for the whole of a request whose prompt, caches included, is longer than this. */
  readonly long?: Rates & { readonly aboveTokens: number };
}

export interface PriceList {
  /** The day on which the list was last compared with what is published. */
  readonly version: string;
  readonly prices: readonly Price[];
}

/** Rates of which the caches follow from the input, as for nearly all models: 1.25 and 2 times to write. */
const usual = (input: number, output: number, cacheRead = input / 10): Rates => ({
  ...{ input, output, cacheRead, cacheWrite5m: input * 1.25, cacheWrite1h: input * 2 },
});

/** The published prices, as data: a new model or price is a line here and a new version. */
export const priceList: PriceList = {
  version: '2026-10-24',
  prices: [
    { model: 'claude-fable-5-1', from: '2025-01-01', ...usual(10, 50, 0.25) },
    { model: 'claude-fable-5', from: '2025-01-01', ...usual(10, 50) },
    { model: 'claude-opus-5-5', from: '2025-01-01', ...usual(4, 20, 0.2) },
    { model: 'claude-opus-5', from: '2025-01-01', ...usual(5, 25) },
    { model: 'claude-opus-4-8', from: '2025-01-01', ...usual(5, 25) },
    { model: 'claude-opus-4-7', from: '2025-01-01', ...usual(5, 25) },
    { model: 'claude-opus-4-6', from: '2025-01-01', ...usual(5, 25) },
    { model: 'claude-opus-4-5', from: '2025-01-01', ...usual(5, 25) },
    { model: 'claude-opus-4-1', from: '2025-01-01', ...usual(15, 75) },
    { model: 'claude-opus-4', from: '2025-01-01', ...usual(15, 75) },
    { model: 'claude-sonnet-5-5', from: '2025-01-01', ...usual(2, 10) },
    { model: 'claude-sonnet-5-5', from: '2026-10-07', ...usual(2, 10, 0.1) },
    { model: 'claude-sonnet-5', from: '2025-01-01', ...usual(2, 10) },
    { model: 'claude-sonnet-4-6', from: '2025-01-01', ...usual(3, 15) },
    { model: 'claude-sonnet-4-5', from: '2025-01-01', ...usual(3, 15) },
    { model: 'claude-sonnet-4', from: '2025-01-01', ...usual(3, 15) },
    {
      model: 'claude-haiku-5-5',
      from: '2025-01-01',
      ...usual(0.1, 0.5),
      long: { aboveTokens: 100_000, ...usual(0.5, 2.5) },
    },
    { model: 'claude-haiku-4-5', from: '2025-01-01', ...usual(1, 5) },
    { model: 'claude-3-5-haiku', from: '2025-01-01', ...usual(0.8, 4) },
  ],
};

/** Tokens of one answer, as its usage says. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** What was put into the cache, however long for. */
  readonly cacheWrite: number;
  /** Of that, what is kept for an hour; what is left is kept for five minutes. Default 0. */
  readonly cacheWrite1h?: number | undefined;
}

// What may stand behind a model's name without making it another one: a date, `latest`, a window's size.
const SAME_MODEL = /^(?:-\d{8}|-latest)?(?:\[[^\]]*\])?$/;
/** A dollar for a million tokens is a thousand of these for one. */
const NANO_PER_RATE = 1_000;

/**
 * What an answer cost, in billionths of a dollar; `null` for a model without a price, since a guess would be
 * a number like any other. Writes to the cache are counted by how long they are kept.
 */
export function costOf(
  usage: { readonly model: string; readonly at: number; readonly tokens: Tokens },
  list: PriceList = priceList,
): number | null {
  const { model, at, tokens } = usage;
  const price = list.prices
    .filter((each) => model.startsWith(each.model) && SAME_MODEL.test(model.slice(each.model.length)))
    .filter(({ from }) => Date.parse(from) <= at)
    .sort((one, other) => one.from.localeCompare(other.from))
    .at(-1);
  if (!price) return null;
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite;
  const rates = price.long && prompt > price.long.aboveTokens ? price.long : price;
  const hour = Math.min(tokens.cacheWrite, tokens.cacheWrite1h ?? 0);
  const dollarsPerMillion =
    tokens.input * rates.input +
    tokens.output * rates.output +
    tokens.cacheRead * rates.cacheRead +
    (tokens.cacheWrite - hour) * rates.cacheWrite5m +
    hour * rates.cacheWrite1h;
  return Math.round(dollarsPerMillion * NANO_PER_RATE);
}
