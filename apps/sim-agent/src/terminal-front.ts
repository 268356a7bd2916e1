import type { Front } from './client.ts';
import { createDialogHost, type DialogHost } from './dialog-host.ts';
import { permissionDialog, weeklyLimitDialog } from './dialogs.ts';
import { createScreenState, type ScreenDeps, type ScreenState } from './screen-state.ts';
import type { SessionRecord } from './session-record.ts';

/** The front of an interactive session: a view that is drawn soon after it changed, and dialogs. */
export interface TerminalFront
  extends Front, Pick<DialogHost, 'ask' | 'takeKey'>, Pick<ScreenState, 'redraw'> {
  /** Words in the footer's place; `undefined` for the footer. */
  setFooterNote(text: string | undefined): void;
  setStatusLine(lines: readonly string[]): void;
  readonly isFrozen: boolean;
}

interface Deps extends ScreenDeps {
  readonly random: () => number;
  readonly refreshStatusLine: () => void;
  /** Where `busy`, `idle` and `waiting` are written, once there is one. */
  readonly record: () => SessionRecord | undefined;
  /** Reminds the person who has not answered a permission dialog for a while. */
  readonly startReminder: () => { cancel(): void };
}

// Nothing is drawn more than twice a second only because time passes.
const spinnerMs = 500;
const busyWords = ['Working', 'Doodling', 'Transmogrifying', 'Pondering', 'Simmering'];
const doneWords = ['Worked', 'Baked', 'Cogitated', 'Sautéed', 'Churned', 'Cooked', 'Brewed'];

export function createTerminalFront(deps: Deps): TerminalFront {
  const state = createScreenState(deps);
  const dialogs = createDialogHost(state);
  return {
    ask: (dialog) => dialogs.ask(dialog),
    takeKey: (key) => dialogs.takeKey(key),
    redraw: () => state.redraw(),
    ...showsItems(deps, state),
    ...showsState(deps, state),
    ...asksForPermission(deps, dialogs),
    async askAfterWeeklyLimit(resets) {
      await dialogs.ask(weeklyLimitDialog(resets));
    },
    refreshStatusLine: deps.refreshStatusLine,
    get isFrozen() {
      return state.isFrozen;
    },
  };
}

function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * words.length)] ?? 'Working';
}

type ItemMethods =
  | 'showPrompt'
  | 'showAnswer'
  | 'showTool'
  | 'endTool'
  | 'showResult'
  | 'showNotice'
  | 'showTurnEnd'
  | 'restorePrompt'
  | 'clear';

function showsItems(deps: Deps, state: ScreenState): Pick<Front, ItemMethods> {
  const { clock, editor, random } = deps;
  return {
    showPrompt: (text, kind) => state.add({ kind: kind === 'person' ? 'prompt' : 'notice', text }),
    showAnswer: (text) => state.add({ kind: 'answer', text }),
    showTool: (id, { tool, title, detail }) =>
      state.add({
        kind: 'tool',
        id,
        isCommand: tool === 'Bash',
        title,
        detail,
        startedAt: clock.now(),
        state: 'running',
      }),
    endTool: (id, isError, isHidden) =>
      endTools(state, isHidden ? 'hidden' : isError ? 'failed' : 'done', id),
    showResult: (text) => state.add({ kind: 'result', text }),
    showNotice: (text) => state.add({ kind: 'notice', text }),
    showTurnEnd: (durationMs) =>
      state.add({ kind: 'turnEnd', word: pick(doneWords, random), durationMs, at: clock.now() }),
    restorePrompt(text) {
      if (editor.isEmpty) editor.insert(text);
      const { items } = state.facts;
      const at = items.findLastIndex((item) => item.kind === 'prompt');
      state.change({ items: items.filter((_item, index) => index !== at) });
    },
    clear: () => state.change({ items: [] }),
  };
}

function endTools(state: ScreenState, to: 'done' | 'failed' | 'hidden', id?: string): void {
  const items = state.facts.items.map((item) =>
    item.kind === 'tool' && item.state === 'running' && (id === undefined || item.id === id)
      ? { ...item, state: to }
      : item,
  );
  state.change({ items });
}

type StateMethods =
  | 'setBusy'
  | 'setActivity'
  | 'setTokens'
  | 'setPlaceholder'
  | 'setWarning'
  | 'setFooterNote'
  | 'setStatusLine'
  | 'freeze';

function showsState(deps: Deps, state: ScreenState): Pick<TerminalFront, StateMethods> {
  const { clock, random, record } = deps;
  let spinner: NodeJS.Timeout | undefined;
  return {
    setBusy(isBusy) {
      clearInterval(spinner);
      if (isBusy) {
        spinner = setInterval(() => state.change({ frame: state.facts.frame + 1 }), spinnerMs);
        state.change({ busySince: clock.now(), word: pick(busyWords, random), tokens: 0, hint: undefined });
      } else {
        endTools(state, 'failed');
        state.change({ busySince: undefined });
      }
      record()?.setStatus(isBusy ? 'busy' : 'idle');
    },
    setActivity: (activity) => state.change({ activity }),
    setTokens: (tokens) => state.change({ tokens: state.facts.tokens + tokens }),
    setPlaceholder: (placeholder) => state.change({ placeholder }),
    setWarning: (warning) => state.change({ warning }),
    setFooterNote: (footerNote) => state.change({ footerNote }),
    setStatusLine: (statusLine) => state.change({ statusLine }),
    freeze() {
      clearInterval(spinner);
      state.freeze();
    },
  };
}

function asksForPermission(deps: Deps, dialogs: DialogHost): Pick<Front, 'askPermission'> {
  return {
    async askPermission(call, signal) {
      const dialog = permissionDialog(call, deps.cwd);
      const reminder = deps.startReminder();
      deps.record()?.setStatus('waiting', 'permission prompt');
      const cancel = () => dialogs.cancel();
      signal.addEventListener('abort', cancel);
      const option = await dialogs.ask(dialog);
      signal.removeEventListener('abort', cancel);
      reminder.cancel();
      deps.record()?.setStatus('busy');
      return option < 0 || option === dialog.options.length - 1 ? 'no' : 'yes';
    },
  };
}
