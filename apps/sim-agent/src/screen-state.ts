import type { Dialog } from './dialogs.ts';
import type { Editor } from './editor.ts';
import type { PermissionMode } from './options.ts';
import { drawScreen, type Item, type View } from './screen.ts';
import type { TerminalScreen } from './terminal.ts';

/** What a screen shows and what changes with the session; everything else of a view is asked for when it is drawn. */
export interface ScreenFacts {
  readonly items: readonly Item[];
  readonly busySince: number | undefined;
  readonly word: string;
  readonly activity: string | undefined;
  readonly tokens: number;
  /** Counts the steps of the spinner. */
  readonly frame: number;
  readonly hint: string | undefined;
  readonly placeholder: string | undefined;
  readonly warning: readonly string[];
  readonly statusLine: readonly string[];
  readonly footerNote: string | undefined;
  readonly dialog: Dialog | undefined;
}

/** Keeps the facts and draws them soon after they changed; many changes at once are one drawing. */
export interface ScreenState {
  readonly facts: ScreenFacts;
  change(part: Partial<ScreenFacts>): void;
  add(item: Item): void;
  redraw(): void;
  /** Never draws again. */
  freeze(): void;
  readonly isFrozen: boolean;
}

export interface ScreenDeps {
  readonly screen: TerminalScreen;
  readonly editor: Editor;
  readonly cwd: string;
  readonly name: string | undefined;
  readonly clock: { now(): number };
  readonly permissionMode: () => PermissionMode;
  readonly queued: () => readonly string[];
}

const itemsMax = 200;
const glyphs = ['·', '✢', '✳', '✶', '✻', '✽'];

export function createScreenState(deps: ScreenDeps): ScreenState {
  let isFrozen = false;
  let isDrawingPlanned = false;
  let facts: ScreenFacts = {
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
  const draw = () => {
    isDrawingPlanned = false;
    if (isFrozen) return;
    const { screen, clock, name } = deps;
    screen.show(drawScreen(viewOf(deps, facts), screen.size, clock.now()));
    screen.setTitle(`${facts.busySince === undefined ? '✳' : '◑'} ${name ?? 'Claude Code (simulation)'}`);
  };
  const redraw = () => {
    if (isDrawingPlanned) return;
    isDrawingPlanned = true;
    setImmediate(draw);
  };
  const change = (part: Partial<ScreenFacts>) => {
    facts = { ...facts, ...part };
    redraw();
  };
  return {
    get facts() {
      return facts;
    },
    change,
    redraw,
    add: (item) => change({ items: [...facts.items, item].slice(-itemsMax) }),
    freeze() {
      isFrozen = true;
    },
    get isFrozen() {
      return isFrozen;
    },
  };
}

function viewOf(deps: ScreenDeps, facts: ScreenFacts): View {
  const { busySince, word, activity, tokens, frame, ...shown } = facts;
  const glyph = glyphs[frame % glyphs.length] ?? '·';
  return {
    ...shown,
    cwd: deps.cwd,
    name: deps.name,
    queued: deps.queued(),
    permissionMode: deps.permissionMode(),
    isInputEmpty: deps.editor.isEmpty,
    inputRows: (columns) => deps.editor.rows(columns),
    spinner: busySince === undefined ? undefined : { glyph, word, startedAt: busySince, tokens, activity },
  };
}
