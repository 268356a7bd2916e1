import { findDialog, type Dialog } from './screen-dialog.ts';
import { divide, joined, type Regions } from './screen-regions.ts';
import { cellsOf, plainTextOf } from './terminal-text.ts';

/** What is to be seen in a pane that runs Claude Code 2.1. */
export interface ScreenReading {
  /** `absent`: no input box, so nothing may be typed. A placeholder in the box is no draft. */
  readonly prompt: 'empty' | 'draft' | 'absent';
  /** What somebody has typed and not sent; wrapped lines are joined by line ends. */
  readonly draft?: string;
  /** A turn is running, as far as the screen shows. */
  readonly isBusy: boolean;
  /** What waits for somebody's choice; `unknown-choice` is one that this reader has no name for. */
  readonly dialog: Dialog | null;
  /** What the client says about a usage limit that it has hit, outside of the conversation. */
  readonly limit?: string;
  /** Short remarks of the client, such as `1% until auto-compact`. */
  readonly notices: string[];
}

/** Known by their words only where nothing shows how they are drawn: a person may type the same words. */
const PLACEHOLDERS = [
  /^Resend your message to try again$/,
  /^Once fixed, resend your message$/,
  /^Press up to edit queued messages$/,
  /^Try ".*"$/,
];
const SPINNER = /^[^\s\w❯●⎿▎│└├"'`(#-] ?\S.*(?:…|retrying in \d)/;
const BACKGROUND = /^[^\s\w❯●] Waiting for \d+ background agents? to finish/;
const PARTS_BELOW_SPINNER_MAX = 8;

/**
 * Reads a screen as `capture-pane -p` gives it. With escape sequences (`-e`) a placeholder is told from a
 * draft by how it is drawn, without them by its words. A screen is the weakest of all witnesses: words in
 * the conversation never count, and nothing it says proves that an agent has crashed or is idle.
 */
export function readScreen(text: string): ScreenReading {
  const regions = divide(text);
  const dialog = findDialog(regions);
  const limit = findLimit(regions, dialog);
  const draft = regions.input === undefined ? '' : draftIn(regions.input, text.includes('\u001b'));
  const prompt = regions.input === undefined || dialog !== null ? 'absent' : draft === '' ? 'empty' : 'draft';
  return {
    prompt,
    ...(prompt === 'draft' && { draft }),
    isBusy: dialog === null && isBusy(regions),
    dialog,
    ...(limit !== undefined && { limit }),
    notices: noticesIn(regions),
  };
}

function draftIn(input: readonly string[], isDrawn: boolean): string {
  if (isDrawnAsPlaceholder(input)) return '';
  const lines = input.map((line) => plainTextOf(line).replaceAll('\u00a0', ' ').trimEnd());
  const isShell = lines[0]?.startsWith('!') === true;
  const draft = lines
    .map((line) => line.slice(2))
    .join('\n')
    .trim();
  if (isShell) return `!${draft === '' ? '' : ` ${draft}`}`;
  const isPlaceholder = !isDrawn && PLACEHOLDERS.some((placeholder) => placeholder.test(joined([draft])));
  return isPlaceholder ? '' : draft;
}

/** Faint throughout, but for the cursor, which is drawn over the first character. */
function isDrawnAsPlaceholder(input: readonly string[]): boolean {
  const cells = input
    .flatMap((line) => cellsOf(line))
    .slice(1)
    .filter(({ text }) => text.trim() !== '');
  return (
    cells.some(({ isFaint }) => isFaint) && cells.every(({ isFaint, isInverse }) => isFaint || isInverse)
  );
}

function isBusy({ input, above, below }: Regions): boolean {
  if (input === undefined) return false;
  // A narrow pane cuts the footer off; the spinner is the other sign.
  return joined(below).includes('esc to interrupt') || SPINNER.test(lastRemark(above) ?? '');
}

/** The last line of the conversation that stands at the margin, where the client draws its spinner. */
function lastRemark(above: readonly string[]): string | undefined {
  const near = above.filter((line) => line !== '').slice(-PARTS_BELOW_SPINNER_MAX);
  return near.findLast((line) => !/^\s/.test(line));
}

function findLimit({ above, below, input }: Regions, dialog: Dialog | null): string | undefined {
  if (dialog === 'limit') {
    const hit = /You've hit your .*?limit.*?(?=$|\s\/upgrade)/.exec(
      joined(above.filter((line) => line !== '').slice(-6)),
    );
    return hit?.[0] ?? joined(below.slice(0, 4));
  }
  if (input === undefined) return undefined;
  const start = below.findIndex((line) => /^\s*⚠ (?:Usage limit reached|You've hit your)/.test(line));
  if (start < 0) return undefined;
  const end = below.findIndex((line, index) => index > start && /esc to cancel|shortly/i.test(line));
  return joined(below.slice(start, end < 0 ? start + 1 : end + 1)).replace(/^⚠ /, '');
}

function noticesIn({ above, width }: Regions): string[] {
  const notices: string[] = [];
  const remark = lastRemark(above);
  if (remark !== undefined && (/retrying in \d/.test(remark) || BACKGROUND.test(remark)))
    notices.push(remark.replace(/^\S\s/, ''));
  // Remarks are set to the right, directly above the box.
  for (const line of above.slice(-3)) {
    const indent = line.length - line.trimStart().length;
    if (line !== '' && indent >= width * 0.3 && indent >= 10 && !line.endsWith('/effort'))
      notices.push(line.trim());
  }
  return notices;
}
