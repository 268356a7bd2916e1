/** How much of a window was used at a time. */
export interface Sample {
  readonly at: number;
  readonly usedPercent: number;
}

export interface Forecast {
  /** When the window is used up at this rate; `null` when it is not before its reset, or not known. */
  readonly exhaustedAt: number | null;
  readonly percentPerHour: number;
  /** Of the fit: how many samples over how long, and how straight their line is. */
  readonly confidence: 'low' | 'medium' | 'high';
  readonly samples: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const GOOD = { samples: 6, spanMs: 30 * MINUTE_MS, fit: 0.9 };
const FAIR = { samples: 3, spanMs: 10 * MINUTE_MS, fit: 0.6 };

/**
 * Fits a straight line through the use of a window so far, and says when it meets 100 %. `undefined` with
 * fewer than two samples, or all at one time: nothing is made up.
 */
export function forecastExhaustion(
  samples: readonly Sample[],
  { now, resetsAt }: { readonly now: number; readonly resetsAt: number | null },
): Forecast | undefined {
  const fit = fitLine(samples);
  const last = samples.at(-1);
  if (fit === undefined || last === undefined) return undefined;
  const { slope, squareOfFit } = fit;
  const spanMs = last.at - (samples[0]?.at ?? last.at);
  const isAtLeast = (wanted: typeof GOOD) =>
    samples.length >= wanted.samples && spanMs >= wanted.spanMs && squareOfFit >= wanted.fit;
  const confidence = isAtLeast(GOOD) ? 'high' : isAtLeast(FAIR) ? 'medium' : 'low';
  // From where it is, not from where the line would have it: what was used is a fact.
  const leftMs = slope > 0 ? (100 - last.usedPercent) / slope : Infinity;
  const at = Math.max(now, Math.round(last.at + leftMs));
  const isBeforeReset = Number.isFinite(leftMs) && (resetsAt === null || at < resetsAt);
  return {
    exhaustedAt: isBeforeReset ? at : null,
    percentPerHour: Math.max(0, Math.round(slope * HOUR_MS * 100) / 100),
    confidence,
    samples: samples.length,
  };
}

/** Least squares. The slope is in per cent per millisecond. */
function fitLine(samples: readonly Sample[]): { slope: number; squareOfFit: number } | undefined {
  const count = samples.length;
  if (count < 2) return undefined;
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / count;
  const meanUsed = samples.reduce((sum, { usedPercent }) => sum + usedPercent, 0) / count;
  let [spread, together, variance] = [0, 0, 0];
  for (const { at, usedPercent } of samples) {
    spread += (at - meanAt) ** 2;
    together += (at - meanAt) * (usedPercent - meanUsed);
    variance += (usedPercent - meanUsed) ** 2;
  }
  if (spread === 0) return undefined;
  return {
    slope: together / spread,
    squareOfFit: variance === 0 ? 1 : together ** 2 / (spread * variance),
  };
}
