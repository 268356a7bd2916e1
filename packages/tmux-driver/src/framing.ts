/**
 * Reads what a control connection says: replies between `%begin` and `%end` (or `%error`), notifications, and
 * now and then a bare line. A reply is raw text, so a screen may show lines that look like its own end. How
 * the true end is found depends on what was asked:
 *
 * - `block`: exactly one command whose output cannot look like a guard; ends at its own `%end`.
 * - `text`:  exactly one command with text of unknown origin, followed by a line that prints a nonce. The
 *            reply ends at the last matching guard before the nonce, which nobody could know before.
 * - `blocks`: several commands without such text on one line, followed by the nonce, because nobody knows
 *            how many of them ran.
 */
export type Framing = 'block' | 'text' | 'blocks';

export interface Reply {
  /** The output of the commands that succeeded, lines joined by LF. */
  readonly text: string;
  /** What the one that failed said. */
  readonly failure: string | undefined;
}

export interface Expectation {
  readonly framing: Framing;
  readonly nonce: string;
  readonly settle: (reply: Reply) => void;
}

export interface ReplyListeners {
  /** A reply nobody here asked for: the first one of a connection answers its command line. */
  onForeignReply(reply: Reply): void;
  /** A line that starts with `%`, such as `%sessions-changed`. */
  onNotification(line: string): void;
  /** A line outside everything: tmux reports errors of commands that had to wait so. */
  onBareLine(line: string): void;
}

export interface ReplyParser {
  /** Replies come in the order of the requests. */
  expect(expectation: Expectation): void;
  push(chunk: Buffer): void;
  /** The requests without a reply so far, oldest first. */
  readonly pending: readonly Expectation[];
}

interface State {
  readonly pending: Expectation[];
  readonly listeners: ReplyListeners;
  /** The unfinished last line, in latin1: bytes are kept apart until a whole line is known. */
  rest: string;
  /** The lines from `%begin` on, while within a reply, and who asked for it. */
  open: { readonly lines: string[]; readonly owner: Expectation | undefined } | undefined;
}

const beginPattern = /^%begin (\d+ \d+ (\d+))$/;

export function createReplyParser(listeners: ReplyListeners): ReplyParser {
  const state: State = { pending: [], listeners, rest: '', open: undefined };
  return {
    expect: (expectation) => void state.pending.push(expectation),
    push(chunk) {
      const lines = (state.rest + chunk.toString('latin1')).split('\n');
      state.rest = lines.pop() ?? '';
      for (const line of lines) readLine(state, line);
    },
    get pending() {
      return state.pending;
    },
  };
}

function readLine(state: State, line: string): void {
  if (state.open === undefined) {
    const begin = beginPattern.exec(line);
    if (begin) state.open = { lines: [line], owner: isForeign(begin) ? undefined : state.pending[0] };
    else notify(state, line);
    return;
  }
  const { lines, owner } = state.open;
  lines.push(line);
  if (owner === undefined || owner.framing === 'block') {
    if (isEndOf(line, lines[0])) settle(state, owner, readBlocks(state, lines, false));
  } else if (endsWithNonce(lines, owner.nonce)) {
    settle(state, owner, readBlocks(state, lines.slice(0, -3), owner.framing === 'text'));
  }
}

/** A reply whose flags are 0 answers somebody else. */
function isForeign(begin: RegExpExecArray): boolean {
  return begin[2] === '0';
}

function settle(state: State, owner: Expectation | undefined, reply: Reply): void {
  state.open = undefined;
  if (owner === undefined) return state.listeners.onForeignReply(reply);
  state.pending.shift();
  owner.settle(reply);
}

function isEndOf(line: string, begin: string | undefined): boolean {
  const guard = begin?.slice('%begin '.length);
  return line === `%end ${guard}` || line === `%error ${guard}`;
}

function endsWithNonce(lines: readonly string[], nonce: string): boolean {
  const begin = lines.at(-3);
  return (
    lines.at(-2) === nonce &&
    begin !== undefined &&
    beginPattern.test(begin) &&
    isEndOf(lines.at(-1) ?? '', begin)
  );
}

/** Takes whole replies apart; what stands between two of them are notifications. */
function readBlocks(state: State, lines: readonly string[], isOneBlock: boolean): Reply {
  const texts: string[] = [];
  let failure: string | undefined;
  for (let start = 0; start < lines.length; start += 1) {
    const line = lines[start] ?? '';
    const begin = beginPattern.exec(line);
    if (!begin) {
      notify(state, line);
      continue;
    }
    const found = isOneBlock
      ? lines.findLastIndex((candidate) => isEndOf(candidate, line))
      : lines.findIndex((candidate, index) => index > start && isEndOf(candidate, line));
    const end = found === -1 ? lines.length : found;
    if (start === 0 || !isForeign(begin)) {
      const body = lines.slice(start + 1, end);
      if (found === -1 || lines[end]?.startsWith('%error')) failure ??= decode(body.join('\n'));
      else if (body.length > 0) texts.push(decode(body.join('\n')));
    }
    start = end;
  }
  return { text: texts.join('\n'), failure };
}

function notify(state: State, line: string): void {
  if (line === '') return;
  if (line.startsWith('%')) state.listeners.onNotification(decode(line));
  else state.listeners.onBareLine(decode(line));
}

/** Whole lines only: a character is never split then. Invalid UTF-8 becomes U+FFFD. */
function decode(latin1: string): string {
  // Most lines are ASCII, for which both encodings are the same.
  return /[\x80-\xff]/.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1;
}
