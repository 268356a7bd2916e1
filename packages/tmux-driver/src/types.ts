declare const brand: unique symbol;

/** tmux's own ids. They are never given twice during one server's life, so they are the identity. */
export type SessionId = `$${string}` & { readonly [brand]: 'session' };
export type WindowId = `@${string}` & { readonly [brand]: 'window' };
export type PaneId = `%${string}` & { readonly [brand]: 'pane' };

export interface SessionInfo {
  readonly sessionId: SessionId;
  readonly name: string;
  readonly windowCount: number;
  /** People who look at it now, through `attachCommand` or otherwise. */
  readonly clientCount: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** What a pane was when the list was made. `title`, `currentCommand` and `currentPath` are the program's words. */
export interface PaneInfo {
  readonly sessionId: SessionId;
  readonly sessionName: string;
  readonly windowId: WindowId;
  readonly windowIndex: number;
  readonly windowName: string;
  readonly paneId: PaneId;
  readonly paneIndex: number;
  /** The program that was started in the pane; it keeps the number of the dead one. */
  readonly pid: number;
  readonly width: number;
  readonly height: number;
  readonly isDead: boolean;
  /** `null` while it lives, after a signal, and where tmux never learned it. */
  readonly exitStatus: number | null;
  /** Such as `SIGKILL`; `null` as above. */
  readonly exitSignal: string | null;
  /** A person reads in copy mode; keys and pastes would not reach the program as sent. */
  readonly isInMode: boolean;
  readonly isInputOff: boolean;
  readonly isSynchronized: boolean;
  readonly isAlternateScreen: boolean;
  readonly title: string;
  readonly currentCommand: string;
  readonly currentPath: string;
  readonly startedCommand: string;
  readonly startedPath: string;
}

export interface SessionOptions {
  /** 1 to 64 of `A-Z a-z 0-9 _ -`, and not `orc-ctl` or `orc-view-…`. */
  readonly name: string;
  /** Absolute; where windows of this session open that name no directory of their own. */
  readonly directory: string;
  /** Columns of a window nobody looks at. Default 200. */
  readonly width?: number;
  /** Lines of a window nobody looks at. Default 50. */
  readonly height?: number;
}

export interface LaunchOptions {
  /** Absolute. It is checked before, and against the started process after. */
  readonly directory: string;
  /** The program and its arguments, executed as they are; no shell reads them. */
  readonly argv: readonly string[];
  /** Added to the environment of the server. tmux logs these values: pass the path of a secret, not the secret. */
  readonly env: Readonly<Record<string, string>>;
}

export interface WindowOptions extends LaunchOptions {
  readonly session: SessionId;
  /** 1 to 64 of `A-Z a-z 0-9 _ -`, and not only digits, which would be read as an index. */
  readonly name: string;
}

export interface OpenedWindow {
  readonly windowId: WindowId;
  readonly paneId: PaneId;
  readonly pid: number;
}

export interface CaptureOptions {
  /** Lines above the screen: `true` for all, a number for so many. Default none. */
  readonly history?: boolean | number;
  /** Colours as SGR sequences; costs three times as much. Default false. */
  readonly escapes?: boolean;
}

export type RefusalReason = 'gone' | 'dead' | 'in-mode' | 'input-off' | 'synchronized' | 'shell';

export type Delivery =
  { readonly status: 'sent' } | { readonly status: 'refused'; readonly reason: RefusalReason };

export interface DeliveryOptions {
  /** Refuse when nothing but a shell would read the text, because it would run it. Default true. */
  readonly refuseShells?: boolean;
}

export interface TypeLineOptions extends DeliveryOptions {
  /** Does the screen show the text in the input, so that Enter may be pressed? */
  readonly isVisible: (screen: string) => boolean;
  /** Does the screen show that the text was taken? */
  readonly isSubmitted: (screen: string) => boolean;
  /** For each of the two waits. Default 5 000. */
  readonly timeoutMs?: number;
  /**
   * How often Enter may be pressed. More than once only while `isVisible` still holds and `isSubmitted` does
   * not, a second apart (or `timeoutMs`, if that is shorter). Default 1.
   */
  readonly entersMax?: number;
}

export type TypedLine =
  | { readonly status: 'submitted' }
  /** Nothing happened if `at` is `paste`; the text stands in the input if it is `enter`. */
  | { readonly status: 'refused'; readonly reason: RefusalReason; readonly at: 'paste' | 'enter' }
  /** The text was sent and never seen. Enter was not pressed. */
  | { readonly status: 'not-visible'; readonly screen: string }
  /** Enter was pressed, and nothing shows that the text was taken. */
  | { readonly status: 'not-submitted'; readonly screen: string };

export type TmuxEvent =
  | {
      readonly type: 'pane.died';
      readonly paneId: PaneId;
      readonly windowId: WindowId;
      /** Of the program that ended; the pane may run another one by now. */
      readonly pid: number;
      readonly exitStatus: number | null;
      readonly exitSignal: string | null;
    }
  | {
      readonly type: 'pane.gone';
      readonly paneId: PaneId;
      readonly windowId: WindowId;
      readonly pid: number;
    }
  | { readonly type: 'window.closed'; readonly windowId: WindowId }
  | {
      readonly type: 'sessions.changed';
      readonly sessions: readonly { readonly sessionId: SessionId; readonly name: string }[];
    }
  /** Every pane went with it; no `pane.gone` follows. */
  | { readonly type: 'server.exited'; readonly serverPid: number; readonly paneIds: readonly PaneId[] }
  | { readonly type: 'connection.lost'; readonly reason: string }
  | { readonly type: 'connection.restored' };

export type TmuxListener = (event: TmuxEvent) => void;

/** What a pane printed, escape sequences included; or that some of it was missed, so capture the screen. */
export type PaneOutput = { readonly type: 'text'; readonly text: string } | { readonly type: 'gap' };

export type OutputListener = (output: PaneOutput) => void;

export type AttachTarget =
  | { readonly paneId: PaneId; readonly readOnly?: boolean }
  | { readonly sessionId: SessionId; readonly readOnly?: boolean };

/** One tmux server. Disposing lets go of it and leaves it, and all that runs in it, as it is. */
export interface Tmux extends AsyncDisposable {
  readonly socketPath: string;
  /** Of the running server, such as `3.3a`. */
  readonly version: string;
  readonly serverPid: number;
  /** False while commands go by processes of their own, which is slower and otherwise the same. */
  readonly isConnected: boolean;

  /** The session of exactly this name, made if there is none. Starts a server again after its end. */
  ensureSession(options: SessionOptions): Promise<SessionId>;
  listSessions(): Promise<SessionInfo[]>;
  /** Ends the session with its windows, also for people who look at them. Nothing happens if it is gone. */
  killSession(sessionId: SessionId): Promise<void>;

  /** The pane stays after the program's end, with its screen, until it is killed or respawned. */
  openWindow(options: WindowOptions): Promise<OpenedWindow>;
  /** Starts another program in a dead pane. @throws ORC_TMUX_PANE_ALIVE */
  respawnPane(paneId: PaneId, options: LaunchOptions): Promise<{ readonly pid: number }>;
  /** Nothing happens if it is gone. */
  killWindow(windowId: WindowId): Promise<void>;
  /** Nothing happens if it is gone. */
  killPane(paneId: PaneId): Promise<void>;
  renameWindow(windowId: WindowId, name: string): Promise<void>;

  /** Every pane of the server but the driver's own. */
  listPanes(): Promise<PaneInfo[]>;
  findPane(paneId: PaneId): Promise<PaneInfo | undefined>;
  /** The screens in one round, lines joined by LF; a pane that does not exist is left out. */
  capture(paneIds: readonly PaneId[], options?: CaptureOptions): Promise<Map<PaneId, string>>;

  /**
   * The text as one bracketed paste, or nothing of it. CR becomes LF; ESC and other control characters are
   * left out. `sent` means handed to the terminal, not read by the program.
   * @throws ORC_TMUX_BAD_TEXT for NUL, lone surrogates and text of which nothing is left
   */
  paste(paneId: PaneId, text: string, options?: DeliveryOptions): Promise<Delivery>;
  /** One key of the allowed ones. @throws ORC_TMUX_BAD_KEY */
  pressKey(paneId: PaneId, key: string, options?: DeliveryOptions): Promise<Delivery>;
  /** Pastes, looks, presses Enter and looks again, with nothing of this driver in between. */
  typeLine(paneId: PaneId, text: string, options: TypeLineOptions): Promise<TypedLine>;

  /**
   * The first listener starts the watch and is told of the panes that are dead already. Deaths come within
   * 200 ms on an idle machine, and what happened while the connection was lost comes after it is back.
   */
  onEvent(listener: TmuxListener): Disposable;
  /**
   * Tells what the pane prints from the moment it resolves, within 200 ms on an idle machine and in order,
   * however much it is. Costs a client of its own for each session with a followed pane.
   * @throws ORC_TMUX_UNKNOWN_TARGET, ORC_TMUX_CONNECTION_LOST
   */
  followOutput(paneId: PaneId, listener: OutputListener): Promise<Disposable>;
  /** argv that shows a person this pane's window. Run it on a terminal, without `TMUX` in the environment. */
  attachCommand(target: AttachTarget): string[];
  /**
   * Ends the server and the programs of its panes, also those that ignore the hang-up. No event tells of it.
   * What the programs left behind in the background is not searched for.
   */
  stopServer(): Promise<void>;
}
