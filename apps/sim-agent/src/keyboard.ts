import type { Client } from './client.ts';
import type { Editor } from './editor.ts';
import type { Incoming } from './inbox.ts';
import { createInputDecoder, type Key } from './input-decoder.ts';
import type { PermissionMode } from './options.ts';
import type { TerminalFront } from './terminal-front.ts';

/** Turns what arrives from the terminal into edits, submissions and interrupts. */
export interface Keyboard {
  push(bytes: Buffer): void;
}

interface Deps {
  readonly client: Client;
  readonly front: TerminalFront;
  readonly editor: Editor;
  readonly columns: () => number;
  /** True from the start of a turn or command to its end. */
  readonly isWorking: () => boolean;
  readonly interrupt: () => void;
  /** Esc while a usage limit is being waited for; false when none is. */
  readonly cancelWaiting: () => boolean;
  readonly onKey: () => void;
  readonly exit: () => void;
}

// An Esc that is followed by something within this time is the start of a sequence.
const escapeMs = 50;
const secondInterruptMs = 2_000;
const cycle: readonly PermissionMode[] = ['auto', 'manual', 'acceptEdits', 'plan'];

export function createKeyboard(deps: Deps): Keyboard {
  const { front, editor, client } = deps;
  const decoder = createInputDecoder();
  let escape: NodeJS.Timeout | undefined;
  let interruptedAt = -Infinity;

  const leaveOrInterrupt = () => {
    const now = performance.now();
    if (now - interruptedAt < secondInterruptMs) return deps.exit();
    interruptedAt = now;
    if (deps.isWorking()) deps.interrupt();
    editor.clear();
    front.setFooterNote('Press Ctrl-C again to exit');
    setTimeout(() => front.setFooterNote(undefined), secondInterruptMs).unref();
  };
  const changeMode = () => {
    const { session } = client;
    session.permissionMode = cycle[(cycle.indexOf(session.permissionMode) + 1) % cycle.length] ?? 'auto';
    front.refreshStatusLine();
  };
  const edit = (key: Key) => {
    if (key.kind === 'text') editor.insert(key.text);
    else if (key.kind === 'paste') editor.paste(key.text);
    else if (key.kind === 'newline') editor.insert('\n');
    else if (key.kind === 'backspace') editor.backspace();
    else if (key.kind === 'clearRow') editor.clearRow(deps.columns() - 3);
  };
  const press = (key: Key) => {
    if (front.isFrozen) return;
    deps.onKey();
    if (front.takeKey(key)) return;
    front.setFooterNote(undefined);
    if (key.kind === 'enter') submit(deps);
    else if (key.kind === 'escape') {
      if (deps.isWorking()) deps.interrupt();
      else deps.cancelWaiting();
    } else if (key.kind === 'interrupt') leaveOrInterrupt();
    else if (key.kind === 'endOfInput' && editor.isEmpty) leaveOrInterrupt();
    else if (key.kind === 'shiftTab') changeMode();
    else edit(key);
    if (key.kind === 'paste' && editor.hasPlaceholder) front.setFooterNote('paste again to expand');
    front.redraw();
  };
  return {
    push(bytes) {
      clearTimeout(escape);
      for (const key of decoder.push(bytes)) press(key);
      if (decoder.isPending)
        escape = setTimeout(() => {
          for (const key of decoder.flush()) press(key);
        }, escapeMs);
    },
  };
}

function submit(deps: Deps): void {
  const { editor, client, front } = deps;
  const { shown, text } = editor.content;
  if (text.trim() === '') return;
  if (client.faults.takeCounted('swallowEnter')) return;
  editor.clear();
  if (/^[!#]/.test(text)) {
    front.showPrompt(shown, 'person');
    front.showResult(`Lines that begin with ${text.slice(0, 1)} are not simulated; nothing was sent`);
    return;
  }
  const item: Incoming = { kind: text.startsWith('/') ? 'command' : 'prompt', text, shown, raw: text };
  if (item.kind === 'command' || !deps.isWorking()) client.inbox.push(item);
  else queue(client, item);
}

/** A prompt that is typed while a turn runs: its hooks run at once, and the turn takes it in. */
function queue(client: Client, item: Incoming): void {
  const { session, hooks, inbox, clock, front } = client;
  session.transcript.addLoose({
    type: 'queue-operation',
    operation: 'enqueue',
    timestamp: new Date(clock.now()).toISOString(),
    sessionId: session.id,
    content: item.text,
  });
  const submitted = hooks.run('UserPromptSubmit', { prompt: item.text });
  const queued: Incoming = { ...item, submitted };
  inbox.push(queued);
  void submitted.then(({ blocks, stop }) => {
    if (blocks.length === 0 && stop === undefined) return;
    inbox.remove(queued);
    front.refreshStatusLine();
  });
}
