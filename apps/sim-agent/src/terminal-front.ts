import type { Choice, Front } from './client.ts';
import {
  answerDialog,
  permissionDialog,
  weeklyLimitDialog,
  type Dialog,
} from './dialogs.ts';
import type { Editor } from './editor.ts';
import type { Key } from './input-decoder.ts';
import type { PermissionMode } from './options.ts';
import { drawScreen, type Item, type View } from './screen.ts';
import type { SessionRecord } from './session-record.ts';
import type { TerminalScreen } from './terminal.ts';

/** The front of an interactive session: a view that is drawn soon after it changed, and dialogs. */
export interface TerminalFront extends Front {
  /** Draws on the next turn of the event loop; many requests are one drawing. */
  redraw(): void;
  /** Shows a dialog and resolves with the option that was chosen, or -1 for Esc. */
  ask(dialog: Dialog): Promise<number>;
  /** True when an open dialog took the key. */
  takeKey(key: Key): boolean;
  setFooterNote(text: string | undefined): void;
  setHint(text: string | undefined): void;
  setStatusLine(lines: readonly string[]): void;
  /** Once there is one: `busy`, `idle` and `waiting` are written there. */
  attachRecord(record: SessionRecord): void;
  readonly isBusy: boolean;
  readonly isFrozen: boolean;
}

interface State {
  items: Item[];
  busySince: number | undefined;
  word: string;
  activity: string | undefined;
  tokens: number;
  frame: number;
  hint: string | undefined;
  placeholder: string | undefined;
  warning: readonly string[];
  statusLine: readonly string[];
  footerNote: string | undefined;
  dialog: Dialog | undefined;
}

interface Deps {
  readonly screen: TerminalScreen;
  readonly editor: Editor;
  readonly cwd: string;
  readonly name: string | undefined;
  readonly clock: { now(): number };
  readonly random: () => number;
  readonly permissionMode: () => PermissionMode;
  readonly queued: () => readonly string[];
  readonly refreshStatusLine: () => void;
  /** Fires once the person has not answered a permission dialog for a while. */
  readonly onPermissionAsked: () => { cancel(): void };
}

// Nothing is drawn more than twice a second only because time passes.
const spinnerMs = 500;
const itemsMax = 200;
const glyphs = ['·', '✢', '✳', '✶', '✻', '✽'];
const busyWords = ['Working', 'Doodling', 'Transmogrifying', 'Pondering', 'Simmering'];
const doneWords = ['Worked', 'Baked', 'Cogitated', 'Sautéed', 'Churned', 'Cooked', 'Brewed'];

export function createTerminalFront(deps: Deps): TerminalFront {
  const { clock, random, editor, screen } = deps;
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? 'Working';
  const state: State = {
    items: [],
    busySince: undefined,
    word: 'Working',
    activity: undefined,
    tokens: 0,
    frame: 0,
    hint: '◐ medium · /effort',
    placeholder: undefined,
    warning: [],
    statusLine: [],
    footerNote: undefined,
    dialog: undefined,
  };
  let record: SessionRecord | undefined;
  let isFrozen = false;
  let isDrawingPlanned = false;
  let spinner: NodeJS.Timeout | undefined;
  let choose: ((option: number) => void) | undefined;

  const draw = () => {
    isDrawingPlanned = false;
    if (isFrozen) return;
    screen.show(drawScreen(viewOf(deps, state), screen.size, clock.now()));
    const glyph = state.busySince === undefined ? '✳' : '◑';
    screen.setTitle(`${glyph} ${deps.name ?? 'Claude Code (simulation)'}`);
  };
  const redraw = () => {
    if (isDrawingPlanned) return;
    isDrawingPlanned = true;
    setImmediate(draw);
  };
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    redraw();
  };
  const add = (item: Item) => change({ items: [...state.items, item].slice(-itemsMax) });
  const ask = (dialog: Dialog) => {
    change({ dialog });
    return new Promise<number>((resolve) => {
      choose = (option) => {
        choose = undefined;
        change({ dialog: undefined });
        resolve(option);
      };
    });
  };
  const endTools = (id: string | undefined, to: 'done' | 'failed' | 'hidden') =>
    change({
      items: state.items.map((item) =>
        item.kind === 'tool' && item.state === 'running' && (id === undefined || item.id === id)
          ? { ...item, state: to }
          : item,
      ),
    });

  return {
    redraw,
    ask,
    takeKey(key) {
      if (!state.dialog) return false;
      const answer = answerDialog(state.dialog, key);
      if (answer && 'selected' in answer) change({ dialog: { ...state.dialog, selected: answer.selected } });
      if (answer && 'chosen' in answer) choose?.(answer.chosen);
      if (answer && 'isCancelled' in answer) choose?.(-1);
      return true;
    },
    setBusy(isBusy) {
      clearInterval(spinner);
      if (isBusy) {
        spinner = setInterval(() => change({ frame: state.frame + 1 }), spinnerMs);
        change({ busySince: clock.now(), word: pick(busyWords), tokens: 0, hint: undefined });
      } else {
        endTools(undefined, 'failed');
        change({ busySince: undefined });
      }
      record?.setStatus(isBusy ? 'busy' : 'idle');
    },
    showPrompt: (text, kind) =>
      add(kind === 'person' ? { kind: 'prompt', text } : { kind: 'notice', text }),
    showAnswer: (text) => add({ kind: 'answer', text }),
    showTool: (id, { tool, title, detail }) =>
      add({ kind: 'tool', id, isCommand: tool === 'Bash', title, detail, startedAt: clock.now(), state: 'running' }),
    endTool: (id, isError, isHidden) => endTools(id, isHidden ? 'hidden' : isError ? 'failed' : 'done'),
    showResult: (text) => add({ kind: 'result', text }),
    showNotice: (text) => add({ kind: 'notice', text }),
    showTurnEnd: (durationMs) => add({ kind: 'turnEnd', word: pick(doneWords), durationMs, at: clock.now() }),
    setActivity: (activity) => change({ activity }),
    setTokens: (tokens) => change({ tokens: state.tokens + tokens }),
    setPlaceholder: (placeholder) => change({ placeholder }),
    setWarning: (warning) => change({ warning }),
    setFooterNote: (footerNote) => change({ footerNote }),
    setHint: (hint) => change({ hint }),
    setStatusLine: (statusLine) => change({ statusLine }),
    async askPermission(call, signal): Promise<Choice> {
      const dialog = permissionDialog(call, deps.cwd);
      const reminder = deps.onPermissionAsked();
      record?.setStatus('waiting', 'permission prompt');
      const cancel = () => choose?.(-1);
      signal.addEventListener('abort', cancel);
      const option = await ask(dialog);
      signal.removeEventListener('abort', cancel);
      reminder.cancel();
      record?.setStatus('busy');
      return option < 0 || option === dialog.options.length - 1 ? 'no' : 'yes';
    },
    async askAfterWeeklyLimit(resets) {
      await ask(weeklyLimitDialog(resets));
    },
    restorePrompt(text) {
      if (editor.isEmpty) editor.insert(text);
      const at = state.items.findLastIndex((item) => item.kind === 'prompt');
      change({ items: state.items.filter((_item, index) => index !== at) });
    },
    clear: () => change({ items: [] }),
    refreshStatusLine: deps.refreshStatusLine,
    freeze() {
      isFrozen = true;
      clearInterval(spinner);
    },
    attachRecord(next) {
      record = next;
    },
    get isBusy() {
      return state.busySince !== undefined;
    },
    get isFrozen() {
      return isFrozen;
    },
  };
}

function viewOf(deps: Deps, state: State): View {
  const { busySince, word, activity, tokens, frame, ...shown } = state;
  return {
    ...shown,
    cwd: deps.cwd,
    name: deps.name,
    queued: deps.queued(),
    permissionMode: deps.permissionMode(),
    isInputEmpty: deps.editor.isEmpty,
    inputRows: (columns) => deps.editor.rows(columns),
    spinner:
      busySince === undefined
        ? undefined
        : { glyph: glyphs[frame % glyphs.length] ?? '·', word, startedAt: busySince, tokens, activity },
  };
}
