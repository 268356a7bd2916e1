import { abilitiesOf } from './client-version.ts';
import type { HookEventName } from './hook-input.ts';
import { isOwnEntry, OWN_MARK } from './own-entry.ts';

/** A program and its arguments; no shell reads them. */
export interface HookCommand {
  readonly command: string;
  readonly args: readonly string[];
}

export type PermissionMode = 'acceptEdits' | 'auto' | 'bypassPermissions' | 'dontAsk' | 'manual' | 'plan';

export interface SettingsOptions {
  /** Runs for every event. One that is not called orc-hook gets an argument more, to be found again by. */
  readonly hookCommand: HookCommand;
  /** Waits in the background and wakes an idle session; null for none. At most a week. */
  readonly waiter: (HookCommand & { readonly timeoutSeconds: number }) | null;
  readonly statusLine?: HookCommand;
  /** Rules beside those that let an agent run orc's own commands. */
  readonly permissions: {
    readonly allow?: readonly string[];
    readonly ask?: readonly string[];
    readonly deny?: readonly string[];
    readonly additionalDirectories?: readonly string[];
  };
  readonly permissionMode?: PermissionMode;
  /** What `claude --version` prints. Without it only what every client knows is configured, and no waiter. */
  readonly clientVersion?: string | undefined;
  /** Only for somebody who asked to run without any permission check. Default false. */
  readonly skipBypassWarning?: boolean;
}

export interface HookEntry {
  readonly type: 'command';
  readonly command: string;
  readonly args?: string[];
  /** Seconds. */
  readonly timeout: number;
  readonly asyncRewake?: true;
}

export interface HookGroup {
  readonly matcher?: string;
  readonly hooks: HookEntry[];
}

export type HookGroups = Partial<Record<HookEventName, HookGroup[]>>;

/** The object for the client's `--settings`. */
export interface AgentSettings {
  readonly hooks: HookGroups;
  readonly statusLine?: { type: 'command'; command: string; refreshInterval: number };
  readonly permissions: {
    allow: string[];
    ask?: string[];
    deny?: string[];
    additionalDirectories?: string[];
    defaultMode?: string;
  };
  readonly skipDangerousModePermissionPrompt?: true;
}

const OWN_COMMANDS = ['Bash(orc:*)', 'Bash(scm:*)', 'Bash(tmux-orc:*)'];
const WAITER_EVENTS: readonly HookEventName[] = ['SessionStart', 'Stop'];
const WAITER_SECONDS_MAX = 7 * 24 * 3_600;
/** Far above the deadline that the program keeps itself: this one only catches a machine that stands still. */
const TIMEOUT_SECONDS = 10;

/** It also runs after each answer. In between nothing changes, and each run is a process of its own per agent. */
const REFRESH_SECONDS = 60;

/** The settings that make a client run orc's hooks, in a form that this version of it accepts. */
export function buildSettings(options: SettingsOptions): AgentSettings {
  const { statusLine, permissions, permissionMode, skipBypassWarning = false } = options;
  const { allow = [], ask, deny, additionalDirectories } = permissions;
  return {
    hooks: buildHooks(options),
    ...(statusLine && {
      statusLine: {
        type: 'command',
        command: shellLine(statusLine),
        refreshInterval: REFRESH_SECONDS,
      },
    }),
    permissions: {
      allow: [...new Set([...OWN_COMMANDS, ...allow])],
      ...(ask && { ask: [...ask] }),
      ...(deny && { deny: [...deny] }),
      ...(additionalDirectories && { additionalDirectories: [...additionalDirectories] }),
      // Settings know the mode that asks by its older name only.
      ...(permissionMode && { defaultMode: permissionMode === 'manual' ? 'default' : permissionMode }),
    },
    ...(skipBypassWarning && { skipDangerousModePermissionPrompt: true }),
  };
}

function buildHooks({ hookCommand, waiter, clientVersion }: SettingsOptions): HookGroups {
  const { events, hasArguments, hasWake } = abilitiesOf(clientVersion);
  const groups: HookGroups = {};
  for (const event of events) {
    const hooks = [entryOf(hookCommand, TIMEOUT_SECONDS, hasArguments)];
    if (waiter && hasWake && WAITER_EVENTS.includes(event)) {
      const timeout = Math.min(waiter.timeoutSeconds, WAITER_SECONDS_MAX);
      hooks.push({ ...entryOf(waiter, timeout, hasArguments), asyncRewake: true });
    }
    groups[event] = [{ hooks }];
  }
  return groups;
}

function entryOf(program: HookCommand, timeout: number, hasArguments: boolean): HookEntry {
  const { command } = program;
  const direct: HookEntry = { type: 'command', command, args: [...program.args], timeout };
  const args = isOwnEntry(direct) ? program.args : [...program.args, OWN_MARK];
  return hasArguments
    ? { ...direct, args: [...args] }
    : { type: 'command', command: shellLine({ command, args }), timeout };
}

function shellLine({ command, args }: HookCommand): string {
  return [command, ...args].map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
