import { cut, oneLine, plainText } from './plain-text.ts';

/** What is rendered of a message; a message of the ledger has all of it. */
export interface MailMessage {
  readonly id: string;
  readonly sender: string;
  readonly kind: string;
  readonly priority: number;
  readonly body: string;
  /** When the sender wants an answer, in ms since 1970; null when none is expected. */
  readonly replyBy: number | null;
  readonly repliedAt: number | null;
}

/** Where a long body was written, whole, for the agent to read. */
export interface SpilledBody {
  readonly path: string;
  readonly sha256: string;
}

export interface RenderOptions {
  /** Now, in ms since 1970: how long a reply still has is counted from here. */
  readonly at: number;
  /**
   * Keeps a long body in a file. Called again for the same message, it must name the same file. Undefined when no
   * file can be written: the agent is then told how else to read it.
   */
  readonly spill: (message: MailMessage) => SpilledBody | undefined;
  /** A longer body is not delivered itself but by the path of its file. Default 4000; 9200 for briefings. */
  readonly inlineCharactersMax?: number;
}

export interface RenderedMail {
  readonly text: string;
  /** The messages that the text holds, in order; a prefix of what was given, and never empty if that was not. */
  readonly included: string[];
}

const ORDINARY_PRIORITY_MAX = 9;
const WHOLE_KINDS: ReadonlySet<string> = new Set(['briefing', 'rebrief']);
const WHOLE_CHARACTERS_MAX = 9_200;
const SEPARATOR = '\n\n';

/** One message as an agent reads it: a first line that names it, the body, and how to answer it. */
export function renderMessage(message: MailMessage, options: RenderOptions): string {
  // What an agent lives by is told whole: it could not be acted on before its file was read.
  const { inlineCharactersMax = WHOLE_KINDS.has(message.kind) ? WHOLE_CHARACTERS_MAX : 4_000 } = options;
  return message.body.length > inlineCharactersMax
    ? renderSpilled(message, options)
    : [firstLine(message, options.at), plainText(message.body), ...closingLines(message)].join('\n');
}

/**
 * As many messages as fit, first come first; what does not fit is left for the next time. The first is always
 * there, if need be by the path of its file. The text is never longer than `charactersMax`.
 */
export function renderMessages(
  messages: readonly MailMessage[],
  options: RenderOptions & { readonly charactersMax?: number },
): RenderedMail {
  const { charactersMax = 9_500 } = options;
  const included: string[] = [];
  let text = '';
  for (const message of messages) {
    let next = renderMessage(message, options);
    if (included.length > 0) {
      if (text.length + SEPARATOR.length + next.length > charactersMax) break;
      text += SEPARATOR;
    } else if (next.length > charactersMax) {
      next = cut(renderSpilled(message, options), charactersMax);
    }
    text += next;
    included.push(message.id);
  }
  return { text, included };
}

function firstLine(message: MailMessage, at: number): string {
  const isUrgent = message.priority > ORDINARY_PRIORITY_MAX;
  const name = `[orc:${oneLine(message.id, 64)}]`;
  const parts = [`${name} ${oneLine(message.kind, 40)} from ${oneLine(message.sender, 100)}`];
  if (isUrgent) parts.push(`(priority ${message.priority})`);
  if (isReplyAwaited(message)) parts.push(`(reply expected within ${duration(message.replyBy - at)})`);
  return parts.join(' ');
}

// The commands are run by an agent, in a shell, as they stand here: no name may bring its own syntax along.
const SHELL_WORD = /^[\w.:/-]+$/;

// Worded as facts: a model that is told by a system what to do may take it for an injection.
function closingLines(message: MailMessage): string[] {
  const { id, kind, sender } = message;
  const lines: string[] = [];
  if (!SHELL_WORD.test(id)) return lines;
  if (kind === 'task') lines.push(`This ${kind} is finished with: orc task done ${id} "what was done"`);
  if (isReplyAwaited(message) && SHELL_WORD.test(sender))
    lines.push(`A reply reaches ${sender} with: orc send ${sender} --in-reply-to ${id} "the reply"`);
  return lines;
}

const EXCERPT_CHARACTERS = 300;

function renderSpilled(message: MailMessage, options: RenderOptions): string {
  const file = options.spill(message);
  const whereabouts = file
    ? `All of it is in the file ${file.path} (sha256 ${file.sha256}).`
    : `It could not be kept in a file.${SHELL_WORD.test(message.id) ? ` All of it is shown by: orc msg show ${message.id}` : ''}`;
  return [
    firstLine(message, options.at),
    `This message has ${message.body.length} characters. ${whereabouts}`,
    `It begins: ${oneLine(message.body.slice(0, 2 * EXCERPT_CHARACTERS), EXCERPT_CHARACTERS)}`,
    ...closingLines(message),
  ].join('\n');
}

function isReplyAwaited(message: MailMessage): message is MailMessage & { replyBy: number } {
  return message.replyBy !== null && message.repliedAt === null;
}

/** The whole unit that says most about what is left, rounded up; a reply that is overdue has a minute. */
function duration(leftMs: number): string {
  const minutes = Math.max(1, Math.ceil(leftMs / 60_000));
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.ceil(hours / 24)}d`;
}
