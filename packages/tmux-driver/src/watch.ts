import { isOrcError } from '@orc/errors';
import { createEmitter, type Emitter } from './emitter.ts';
import { controlSession, viewSessionPrefix } from './names.ts';
import { keepListed } from './panes.ts';
import type { ServerLink } from './server-link.ts';
import { askAll, askDead, readSightings, type Sighting } from './sightings.ts';
import type { OpenedWindow, PaneId, TmuxEvent, TmuxListener, WindowId } from './types.ts';

/**
 * Finds out what happened to panes by asking, never by being told: tmux loses deaths, tells of windows but
 * not of panes, and tells nothing across a lost connection. Every `pollMs` it asks which panes are dead; a
 * changed answer, a notification that something closed, or one second lead to a look at all panes, and the
 * difference to the look before is what happened. Asks nothing while nobody listens.
 */
export interface Watch {
  onEvent(listener: TmuxListener): Disposable;
  emit(event: TmuxEvent): void;
  /** What the driver itself started, so that its end is told even if it comes before the next look. */
  add(pane: OpenedWindow): void;
  /** A line of the control connection; some are a reason to look at once. */
  onNotification(line: string): void;
  lookSoon(): void;
  /** Forgets everything and returns the panes that were known. */
  forget(): PaneId[];
  close(): void;
}

interface KnownPane {
  readonly windowId: WindowId;
  readonly pid: number;
  /** The program whose death was told; another one may run by now. */
  readonly diedPid: number | undefined;
}

interface State {
  readonly link: ServerLink;
  readonly emitter: Emitter<TmuxEvent>;
  readonly pollMs: number;
  readonly panes: Map<PaneId, KnownPane>;
  /** Grows with each pane the driver adds or forgets; a look that began before is out of date. */
  generation: number;
  sessions: string | undefined;
  deadBefore: string | undefined;
  allBefore: string | undefined;
  lookedAt: number;
  isLookDue: boolean;
  isBusy: boolean;
  timer: NodeJS.Timeout | undefined;
  soon: NodeJS.Timeout | undefined;
}

/** A pane that goes from a window with several, in a session nobody is attached to, causes no notification. */
const lookAtLeastMs = 1_000;
/** A flood of notifications leads to so many looks, and no more. */
const lookAtMostMs = 10;

const telling =
  /^%(unlinked-window-close|window-close|layout-change|window-pane-changed|sessions-changed|session-renamed|window-add|unlinked-window-add) ?/;

export function createWatch(link: ServerLink, pollMs: number): Watch {
  const state: State = {
    link,
    pollMs,
    emitter: createEmitter(),
    panes: new Map(),
    generation: 0,
    sessions: undefined,
    deadBefore: undefined,
    allBefore: undefined,
    lookedAt: 0,
    isLookDue: true,
    isBusy: false,
    timer: undefined,
    soon: undefined,
  };
  return {
    onEvent: (listener) => listen(state, listener),
    emit: (event) => state.emitter.emit(event),
    add(pane) {
      const before = state.panes.get(pane.paneId);
      if (before?.pid === pane.pid) return;
      state.generation += 1;
      state.allBefore = undefined;
      // Whoever starts the next program knows of the last one's end.
      state.panes.set(pane.paneId, { windowId: pane.windowId, pid: pane.pid, diedPid: before?.pid });
    },
    onNotification(line) {
      if (telling.test(line)) lookSoon(state);
    },
    lookSoon: () => lookSoon(state),
    forget() {
      const paneIds = [...state.panes.keys()];
      state.panes.clear();
      state.generation += 1;
      state.sessions = undefined;
      state.deadBefore = undefined;
      state.allBefore = undefined;
      state.isLookDue = true;
      return paneIds;
    },
    close: () => stop(state),
  };
}

function listen(state: State, listener: TmuxListener): Disposable {
  const subscription = state.emitter.on(listener);
  if (state.timer === undefined) {
    state.timer = setInterval(() => void tick(state), state.pollMs);
    state.isLookDue = true;
    // At once: what the caller asks next is answered later, so nothing falls between the two.
    void tick(state);
  }
  return {
    [Symbol.dispose]() {
      subscription[Symbol.dispose]();
      if (!state.emitter.hasListeners) stop(state);
    },
  };
}

function stop(state: State): void {
  clearInterval(state.timer);
  clearTimeout(state.soon);
  state.timer = undefined;
  state.soon = undefined;
}

function lookSoon(state: State): void {
  state.isLookDue = true;
  if (state.timer === undefined) return;
  state.soon ??= setTimeout(() => {
    state.soon = undefined;
    void tick(state);
  }, lookAtMostMs);
}

async function tick(state: State): Promise<void> {
  const { status } = state.link;
  if (state.isBusy || status === 'gone' || status === 'closed') return;
  state.isBusy = true;
  try {
    await look(state);
    if (state.isLookDue) lookSoon(state);
  } catch (error) {
    // The connection or the server went while it was asked; what becomes of them is told by the link. Nothing
    // of this look was used, so the one at the next tick sees it all.
    state.isLookDue = true;
    if (!isOrcError(error)) throw error;
  } finally {
    state.isBusy = false;
  }
}

async function look(state: State): Promise<void> {
  const isDue = state.isLookDue || performance.now() - state.lookedAt >= lookAtLeastMs;
  if (!isDue && (await askDead(state.link)) === state.deadBefore) return;
  state.isLookDue = false;
  const { generation } = state;
  // In this order: a death between the two changes the first answer of the next round, and so is not missed.
  const [dead, all] = await Promise.all([askDead(state.link), askAll(state.link)]);
  const isSame = all === state.allBefore && generation === state.generation;
  const rows = isSame ? [] : await readSightings(state.link, all);
  if (state.timer === undefined) return;
  if (generation !== state.generation) {
    state.isLookDue = true;
    return;
  }
  state.deadBefore = dead;
  state.lookedAt = performance.now();
  if (isSame) return;
  state.allBefore = all;
  for (const event of [...compare(state, keepListed(rows)), ...compareSessions(state, rows)])
    state.emitter.emit(event);
}

/** Brings what is known up to date and returns what happened in between, in the order of panes and windows. */
function compare(state: State, rows: readonly Sighting[]): TmuxEvent[] {
  const events: TmuxEvent[] = [];
  const seen = new Map(rows.map((row) => [row.paneId, row]));
  const openWindows = new Set(rows.map(({ windowId }) => windowId));
  const closedWindows = new Set<WindowId>();
  for (const [paneId, { windowId, pid }] of state.panes) {
    if (!openWindows.has(windowId)) closedWindows.add(windowId);
    if (seen.has(paneId)) continue;
    state.panes.delete(paneId);
    events.push({ type: 'pane.gone', paneId, windowId, pid });
  }
  for (const row of rows) {
    const { paneId, windowId, pid, exitStatus, exitSignal } = row;
    const before = state.panes.get(paneId);
    let diedPid = before?.diedPid;
    if (before && before.pid !== pid && before.diedPid !== before.pid) {
      // Somebody else put another program in its place between two looks.
      events.push({
        type: 'pane.died',
        paneId,
        windowId,
        pid: before.pid,
        exitStatus: null,
        exitSignal: null,
      });
    }
    if (row.isDead && diedPid !== pid) {
      diedPid = pid;
      events.push({ type: 'pane.died', paneId, windowId, pid, exitStatus, exitSignal });
    }
    state.panes.set(paneId, { windowId, pid, diedPid });
  }
  for (const windowId of closedWindows) events.push({ type: 'window.closed', windowId });
  return events;
}

function compareSessions(state: State, rows: readonly Sighting[]): TmuxEvent[] {
  const named = new Map(rows.map(({ sessionId, sessionName }) => [sessionId, sessionName]));
  const sessions = [...named]
    .filter(([, name]) => name !== controlSession && !name.startsWith(viewSessionPrefix))
    .map(([sessionId, name]) => ({ sessionId, name }));
  const before = state.sessions;
  state.sessions = JSON.stringify(sessions);
  return before === undefined || before === state.sessions ? [] : [{ type: 'sessions.changed', sessions }];
}
