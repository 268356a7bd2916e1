import { errors } from './errors.ts';
import type { PaneId, SessionId, WindowId } from './types.ts';

/** The hidden session the control connection is attached to. Its one pane is never listed. */
export const controlSession = 'orc-ctl';
/** Sessions of people who look on; they end when their person leaves. */
export const viewSessionPrefix = 'orc-view-';
/** The window that holds a session open until its first real one is there. */
export const placeholderWindow = 'orc-new-session';
/** Windows carry such a name for the moment between their creation and their setting up. */
export const newWindowPrefix = 'orc-new-';

const namePattern = /^[A-Za-z0-9_-]{1,64}$/;
const reservedPattern = /^orc-(ctl|view-|new-)/;

/** Names are read as formats and as targets by tmux, so only what is neither may stand in them. */
export function checkSessionName(name: string): string {
  if (!namePattern.test(name) || reservedPattern.test(name)) throw errors.badName('session', name);
  return name;
}

/** As for sessions, and not only digits: `:1` means the window with index 1. */
export function checkWindowName(name: string): string {
  if (!namePattern.test(name) || reservedPattern.test(name) || /^\d+$/.test(name))
    throw errors.badName('window', name);
  return name;
}

/** @throws ORC_TMUX_BAD_ID unless it reads `$3` */
export function parseSessionId(text: string): SessionId {
  if (!/^\$\d+$/.test(text)) throw errors.badId('session', text);
  return text as SessionId;
}

/** @throws ORC_TMUX_BAD_ID unless it reads `@5` */
export function parseWindowId(text: string): WindowId {
  if (!/^@\d+$/.test(text)) throw errors.badId('window', text);
  return text as WindowId;
}

/** @throws ORC_TMUX_BAD_ID unless it reads `%7` */
export function parsePaneId(text: string): PaneId {
  if (!/^%\d+$/.test(text)) throw errors.badId('pane', text);
  return text as PaneId;
}
