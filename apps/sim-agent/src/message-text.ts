/** One message as orc delivers it: a head line with its id, then its body. */
export interface DeliveredMessage {
  readonly id: string;
  readonly kind: string;
  readonly sender: string;
  readonly isReplyExpected: boolean;
  readonly body: string;
}

const head = /\[orc:([^\]\s]+)\] ([\w-]+) from ([^\s:()]+)([^\n]*)/g;

/**
 * Finds the messages in a text that a hook, a prompt or a wake brought. Orc defuses `[orc:` inside bodies, so every
 * one that is left begins a message.
 */
export function findMessages(text: string): DeliveredMessage[] {
  const heads = [...text.matchAll(head)];
  return heads.map((match, index) => {
    const [line, id = '', kind = '', sender = '', rest = ''] = match;
    const body = text.slice(match.index + line.length, heads[index + 1]?.index ?? text.length);
    return { id, kind, sender, isReplyExpected: /\(reply expected\b/.test(rest), body: body.trim() };
  });
}

/**
 * Other messages that a message is about: the open task of an agent that is briefed again after its context was
 * lost, and the question of somebody who still waits for a reply. They come without a head of their own.
 */
export function findTold({ kind, sender, body }: DeliveredMessage): DeliveredMessage[] {
  const told = { sender, isReplyExpected: false };
  if (kind === 'briefing' || kind === 'rebrief') {
    const task = /^[ \t]*TASK \[?([\w.:/-]+)\]?: \S/m.exec(body);
    return task?.[1] === undefined
      ? []
      : [{ ...told, id: task[1], kind: 'task', body: body.slice(task.index).trim() }];
  }
  const owed = kind === 'notice' ? /\borc send ([\w.:/-]+) --in-reply-to ([\w.:/-]+)/.exec(body) : null;
  return owed?.[1] === undefined || owed[2] === undefined
    ? []
    : [{ ...told, sender: owed[1], id: owed[2], kind: 'question', body }];
}

/** What a task message asks for. */
export interface TaskText {
  readonly title: string;
  readonly objective: string | undefined;
  readonly criteria: readonly string[];
}

/**
 * Reads the task template: `TASK [ID]: title`, `Objective: …`, `Success Criteria:` and its list. Without the
 * template the first line is the title.
 */
export function readTaskText(body: string): TaskText {
  const lines = body.split('\n').map((line) => line.trim());
  const titled = lines.map((line) => /^TASK\b\s*\[?[^\]:]*\]?\s*:\s*(.+)$/i.exec(line)?.[1]).find(Boolean);
  const title = titled ?? lines.find((line) => line !== '') ?? 'Untitled task';
  const objectiveAt = lines.findIndex((line) => /^objective\s*:/i.test(line));
  const objective = /:\s*(.+)$/.exec(lines[objectiveAt] ?? '')?.[1] ?? lines[objectiveAt + 1];
  const criteriaAt = lines.findIndex((line) => /^(success )?criteria\s*:/i.test(line));
  const criteria: string[] = [];
  for (const line of criteriaAt < 0 ? [] : lines.slice(criteriaAt + 1)) {
    const item = /^(?:[-*•]|\d+[.)])\s*(?:\[[ x]\]\s*)?(.+)$/i.exec(line)?.[1];
    if (item !== undefined) criteria.push(item);
    else if (line !== '') break;
  }
  return { title, objective: objectiveAt < 0 ? undefined : objective, criteria };
}
