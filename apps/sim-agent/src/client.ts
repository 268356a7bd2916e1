import type { Brain } from './brain.ts';
import type { Conversation } from './conversation.ts';
import type { Faults, Progress } from './faults.ts';
import type { HookRunner } from './hook-runner.ts';
import type { Inbox } from './inbox.ts';
import type { Meter } from './meter.ts';
import type { Options, PermissionMode } from './options.ts';
import type { Scenario, ScriptedTurn } from './scenario.ts';
import type { Transcript } from './transcript.ts';
import type { Waiters } from './waiters.ts';

/** What changes with /clear, and what belongs to the running session. */
export interface Session {
  id: string;
  transcript: Transcript;
  /** Absent before the first prompt. */
  promptId: string | undefined;
  permissionMode: PermissionMode;
  /** Prompts of people, and all turns, so far. */
  prompts: number;
  turns: number;
  turnsDone: number;
  tools: number;
}

export type Choice = 'yes' | 'no';

/** Where a session is seen: a terminal, or nothing but the last answer on stdout. */
export interface Front {
  setBusy(isBusy: boolean): void;
  /** A person's, a waiter's or the client's own prompt enters the conversation. */
  showPrompt(text: string, kind: 'person' | 'notice'): void;
  showAnswer(text: string): void;
  showTool(toolUseId: string, call: { tool: string; title: string; detail: string }): void;
  endTool(toolUseId: string, isError: boolean, isHidden?: boolean): void;
  /** A line under the last item, such as why something stopped. */
  showResult(text: string): void;
  showNotice(text: string): void;
  showTurnEnd(durationMs: number): void;
  /** Words instead of the spinner's own, such as "Compacting conversation…"; `undefined` for its own. */
  setActivity(text: string | undefined): void;
  setTokens(outputTokens: number): void;
  /** The grey words in the empty input. */
  setPlaceholder(text: string | undefined): void;
  /** Lines between input and status line, such as a usage limit that is being waited for. */
  setWarning(lines: readonly string[]): void;
  askPermission(call: { tool: string; title: string; detail: string }, signal: AbortSignal): Promise<Choice>;
  askAfterWeeklyLimit(resets: string): Promise<void>;
  /** Puts an interrupted prompt back into the input. */
  restorePrompt(text: string): void;
  clear(): void;
  /** Something that the status line shows has changed. */
  refreshStatusLine(): void;
  /** Stops drawing and reading keys: what a client that hangs looks like. */
  freeze(): void;
}

/** Everything a turn works with. */
export interface Client {
  readonly options: Options;
  readonly scenario: Scenario;
  /** Scripted answers that are left. */
  readonly script: ScriptedTurn[];
  readonly configDirectory: string;
  readonly cwd: string;
  readonly clock: { now(): number };
  readonly random: () => number;
  /** Multiplies every pause of the scripted model. */
  readonly pace: number;
  readonly session: Session;
  readonly hooks: HookRunner;
  readonly waiters: Waiters;
  readonly faults: Faults;
  readonly conversation: Conversation;
  readonly brain: Brain;
  readonly inbox: Inbox;
  readonly meter: Meter;
  readonly front: Front;
  readonly childEnvironment: () => NodeJS.ProcessEnv;
  readonly environmentFile: () => string;
  readonly openTranscript: (sessionId: string) => Transcript;
  /** Called by /clear after the session got its new id. */
  readonly onNewSession: () => void;
  /** `CLAUDE_CODE_STOP_HOOK_BLOCK_CAP`; 0 means no cap. */
  readonly stopCap: number;
}

/** What has happened so far, for the faults that wait for it. */
export function progressOf(client: Client): Progress {
  const { turnsDone, tools } = client.session;
  return { turns: turnsDone, tools, news: client.conversation.news().texts.join('\n') };
}
