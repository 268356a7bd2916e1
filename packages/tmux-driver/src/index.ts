export { TmuxOptions, type TmuxOptionsInput } from './config.ts';
export { errors } from './errors.ts';
export { parsePaneId, parseSessionId, parseWindowId } from './names.ts';
export { findOwnPane } from './own-pane.ts';
export { openTmux, type TmuxDependencies } from './tmux.ts';
export type {
  AttachTarget,
  CaptureOptions,
  Delivery,
  DeliveryOptions,
  LaunchOptions,
  OpenedWindow,
  OutputListener,
  PaneId,
  PaneInfo,
  PaneOutput,
  RefusalReason,
  SessionId,
  SessionInfo,
  SessionOptions,
  Tmux,
  TmuxEvent,
  TmuxListener,
  TypedLine,
  TypeLineOptions,
  WindowId,
  WindowOptions,
} from './types.ts';
