import type { CreditPolicy } from './config.ts';
import { parseResetTime, type ResetContext, type ResetTime } from './reset-time.ts';

/**
 * What the client says about usage, apart from any number:
 *
 *   limited     nothing goes any more until a reset
 *   warning     a limit is near; work goes on
 *   throttled   requests came too fast, which is no usage limit
 *   billing     somebody has to pay or log in; no time repairs that
 *   over        a limit that was is no more
 */
export type LimitStatus = 'limited' | 'warning' | 'throttled' | 'billing' | 'over';

export interface LimitReading {
  readonly status: LimitStatus;
  /** As the client names it in its records (`five_hour` …); `null` when the text does not tell. */
  readonly window: string | null;
  readonly usedPercent: number | null;
  readonly reset: ResetTime | null;
}

export interface ReadingContext extends Pick<ResetContext, 'at' | 'zone'> {
  readonly windows: CreditPolicy['windows'];
}

// Where a date is left out the end is within a day; one that passed within the hour is not tomorrow's.
const AHEAD_MS_MAX = 23 * 3_600_000;
const SLACK_MS = 10 * 60_000;
// The reset is shown without seconds.
const SAME_MINUTE_MS = 60_000;
const DECORATION = /^[\s⎿●⏺⚠×✗]+/;
const NAME = String.raw`(?<name>(?:[A-Za-z0-9-]+ ){0,3})`;

interface Pattern {
  readonly status: LimitStatus;
  readonly pattern: RegExp;
}

// Each is the beginning of a notice; what follows must be nothing but the pieces below.
const BEGINNINGS: readonly Pattern[] = [
  { status: 'limited', pattern: new RegExp(`^You've (?:hit|reached) your ${NAME}limit`) },
  { status: 'limited', pattern: new RegExp(`^You're out of ${NAME}(?<extra>extra usage)`) },
  { status: 'limited', pattern: new RegExp(`^(?:Claude (?:AI )?)?${NAME}limit reached`, 'i') },
  { status: 'limited', pattern: /^(?:You(?:'ve| have) run out of credits(?:\.|$))/ },
  { status: 'limited', pattern: /^(?=(?:Your )?credits will reset )/i },
  { status: 'limited', pattern: /^Automatic continue stopped\b.*\busage limit\b.*/ },
  { status: 'limited', pattern: /^What do you want to do\?(?=.*\bStop and wait for limit to reset\b)/ },
  { status: 'warning', pattern: new RegExp(`^You've used (?<used>\\d{1,3})% of your ${NAME}limit`) },
  { status: 'warning', pattern: new RegExp(`^Approaching ${NAME}limit`) },
  { status: 'throttled', pattern: /^API Error: Server is temporarily limiting requests\b.*/ },
  { status: 'throttled', pattern: /^API Error: Request rejected \(429\).*/ },
  { status: 'billing', pattern: /^Credit balance (?:is )?too low.*/ },
  { status: 'over', pattern: /^Usage limit reset(?: ·.*)?$/ },
];

// What may follow, piece by piece. Anything else makes the whole a sentence that somebody wrote.
const RESET =
  /^(?:(?:your|the) )?(?:usage |credits |limit )?(?:limit )?(?:will )?resets? (?:at |on |(?=in \d))?(?<when>.+)$/i;
const GOING_ON = /^continu(?:ing|e) automatically at (?<when>.+)$/i;
// A zone in brackets may be any; that it is none is for the reader of times to say.
const WORD_OF_TIME =
  /^(?:at|on|in|and|today|tomorrow|next|noon|midnight|[A-Z][a-z]{2,8}[.,]?|UTC|GMT|\d[\w:.,+-]*|[apAP]\.?[mM]\.?|\([^()]+\)\.?)$/;
const REMARKS: readonly RegExp[] = [
  /^esc to cancel$/i,
  /^continuing shortly$/i,
  /^progress saved$/i,
  /^\/(?:upgrade|extra-usage|model|rate-limit-options)\b[\w /-]*\.?$/i,
  /^(?:Stop and wait for limit to reset|Upgrade your plan|Wait here, then)$/,
];

/**
 * Reads a notice of the client about usage, whole: decoration before it is passed over, but words around it
 * make it a quotation, which is nothing. `undefined` for every other text.
 */
export function readLimitText(text: string, context: ReadingContext): LimitReading | undefined {
  const line = normalise(text);
  for (const { status, pattern } of BEGINNINGS) {
    const begun = pattern.exec(line);
    if (!begun) continue;
    const { name = '', used, extra } = begun.groups ?? {};
    const pieces = piecesOf(line.slice(begun[0].length));
    const window = extra === undefined ? windowNamed(name, context.windows) : 'overage';
    if (window === undefined || pieces === undefined || Number(used ?? 0) > 100) continue;
    const when = pieces.find((piece) => piece.when !== undefined)?.when;
    const reset =
      when === undefined
        ? undefined
        : parseResetTime(when, { ...context, aheadMsMax: aheadOf(window, context) });
    // A notice whose reset has passed is still on the screen, and no longer true.
    const isOver =
      status === 'limited' &&
      reset !== undefined &&
      reset.precision !== 'day' &&
      reset.at < context.at - SAME_MINUTE_MS;
    return {
      status: isOver ? 'over' : status,
      window,
      usedPercent: used === undefined ? null : Number(used),
      reset: reset ?? null,
    };
  }
  return undefined;
}

function aheadOf(window: string | null, { windows }: ReadingContext): number {
  const duration = window === null ? undefined : windows[window]?.durationMs;
  return Math.min(AHEAD_MS_MAX, (duration ?? AHEAD_MS_MAX) + SLACK_MS);
}

function normalise(text: string): string {
  return text
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/\s*[·∙•]\s*/g, ' · ')
    .replace(DECORATION, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/ (?=Continuing (?:automatically|shortly))/, ' · ')
    .trim();
}

interface Piece {
  readonly when?: string | undefined;
}

/** The pieces after the beginning of a notice, or `undefined` when one of them is none. */
function piecesOf(rest: string): Piece[] | undefined {
  const pieces = rest
    // `limit reached|1760000400`, `limit reached. Your limit will reset at 3pm. /upgrade …`, a dialog's choices.
    .replace(/^\|(\d{10}(?:\d{3})?)$/, ' · resets $1')
    .replace(/^ (?=resets? )/i, ' · ')
    .replaceAll(/(?:^|[.)\w]) (?=\/(?:upgrade|rate-limit-options)\b)/g, (end) => `${end.trimEnd()} · `)
    .replaceAll(/ ❯? ?\d\. /g, ' · ')
    .replace('Wait here, then continue', 'Wait here, then · continue')
    .split(/ · |^\.|\. (?=[A-Z])/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '' && piece !== '.');
  const read = pieces.map(readPiece);
  return read.every((piece) => piece !== undefined) ? read : undefined;
}

function readPiece(text: string): Piece | undefined {
  const when = (RESET.exec(text) ?? GOING_ON.exec(text))?.groups?.['when'];
  if (when !== undefined)
    return when.split(' ').every((word) => WORD_OF_TIME.test(word)) ? { when } : undefined;
  return REMARKS.some((remark) => remark.test(text)) ? {} : undefined;
}

const GENERAL_WORDS = new Set(['usage', 'plan', 'credit', '']);

/** The window of a name such as `weekly Opus `; `null` for a general one, `undefined` for what is no name. */
function windowNamed(name: string, windows: CreditPolicy['windows']): string | null | undefined {
  const words = name
    .toLowerCase()
    .split(' ')
    .filter((word) => !GENERAL_WORDS.has(word));
  if (words.length === 0) return null;
  const key = words.sort().join(' ').replace('session', '5-hour').replace('five-hour', '5-hour');
  const named = Object.entries(windows).find(
    ([, { title }]) => title.toLowerCase().split(' ').sort().join(' ') === key,
  );
  if (named) return named[0];
  // A model by itself means its own window, which is the weekly one.
  const ofModel = Object.entries(windows).find(
    ([, { model }]) => model !== null && words.length === 1 && model === words[0],
  );
  if (ofModel) return ofModel[0];
  // A window that nobody has heard of is still one when it is named like one: `Fable`, `monthly`.
  return words.length === 1 && /^[A-Z]\S*\b|^(?:daily|monthly|weekly)\b/.test(name) ? words[0] : undefined;
}
