import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '@orc/errors';
import { errors } from './errors.ts';
import { hookEvents, type HookEvent } from './hook-events.ts';
import { isRecord, textOf } from './json.ts';

export interface CommandHook {
  readonly type: 'command';
  readonly command: string;
  /** Present: the command is started with these and no shell. */
  readonly args: readonly string[] | undefined;
  readonly timeoutMs: number | undefined;
  readonly isAsync: boolean;
  readonly isAsyncRewake: boolean;
  readonly rewakeMessage: string | undefined;
  readonly rewakeSummary: string | undefined;
}

export interface HttpHook {
  readonly type: 'http';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly allowedVariables: readonly string[];
  readonly timeoutMs: number | undefined;
}

export type Hook = CommandHook | HttpHook;

export interface HookRule {
  readonly event: HookEvent;
  readonly matcher: string | undefined;
  readonly hook: Hook;
}

/** What the client shows in a dialog before it starts: a file it ignored, or entries that it skipped. */
export interface SettingsProblem {
  readonly path: string;
  readonly isWholeFile: boolean;
  readonly lines: readonly string[];
}

export interface StatusLineSetting {
  readonly command: string;
  readonly refreshIntervalMs: number | undefined;
}

export interface Settings {
  readonly rules: readonly HookRule[];
  readonly statusLine: StatusLineSetting | undefined;
  /** The bypass warning was accepted for good, by the user's settings or by `--settings`. */
  readonly isBypassAccepted: boolean;
  readonly problems: readonly SettingsProblem[];
}

interface Source {
  readonly path: string;
  readonly kind: 'user' | 'project' | 'local' | 'flag';
  readonly value: Record<string, unknown>;
}

const hookTypes = ['command', 'prompt', 'agent', 'http', 'mcp_tool'];

/**
 * Merges the settings of the user, the project, the local file and `--settings`: their hooks all run together,
 * and of single values the later source wins.
 *
 * @throws ORC_SIM_AGENT_SETTINGS_NOT_FOUND when the file of `--settings` is missing
 */
export function readSettings(options: {
  readonly flag: string | undefined;
  readonly configDirectory: string;
  readonly projectDirectory: string;
}): Settings {
  const { flag, configDirectory, projectDirectory } = options;
  const problems: SettingsProblem[] = [];
  const sources: Source[] = [];
  const add = (kind: Source['kind'], path: string, text: string | undefined) => {
    const value = text === undefined ? undefined : parseSource(path, text, problems);
    if (value) sources.push({ kind, path, value });
  };
  const file = (kind: Source['kind'], path: string) => add(kind, path, readIfThere(path));
  file('user', join(configDirectory, 'settings.json'));
  file('project', join(projectDirectory, '.claude', 'settings.json'));
  file('local', join(projectDirectory, '.claude', 'settings.local.json'));
  if (flag !== undefined) {
    if (flag.trimStart().startsWith('{')) add('flag', '--settings', flag);
    else {
      const text = readIfThere(flag);
      if (text === undefined) throw errors.settingsNotFound(flag);
      add('flag', flag, text);
    }
  }
  const last = (key: string) => sources.findLast(({ value }) => value[key] !== undefined)?.value[key];
  const rules = sources.flatMap((source) => readRules(source, problems));
  return {
    rules: last('disableAllHooks') === true ? [] : rules,
    statusLine: readStatusLine(last('statusLine')),
    isBypassAccepted: sources.some(
      ({ kind, value }) =>
        (kind === 'user' || kind === 'flag') && value['skipDangerousModePermissionPrompt'] === true,
    ),
    problems,
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

function parseSource(
  path: string,
  text: string,
  problems: SettingsProblem[],
): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Told below, in the client's words: the whole file is left out.
  }
  problems.push({ path, isWholeFile: true, lines: ['Invalid or malformed JSON'] });
  return undefined;
}

function readRules(source: Source, problems: SettingsProblem[]): HookRule[] {
  const lines: string[] = [];
  const rules: HookRule[] = [];
  const hooks = isRecord(source.value['hooks']) ? source.value['hooks'] : {};
  for (const [name, groups] of Object.entries(hooks)) {
    const event = hookEvents.find((known) => known === name);
    if (!event) {
      lines.push(
        `hooks.${name}: Unknown hook event "${name}" was ignored. Valid events: ${hookEvents.join(', ')}`,
      );
      continue;
    }
    for (const [groupIndex, group] of (Array.isArray(groups) ? groups : []).entries()) {
      if (!isRecord(group)) continue;
      const entries: unknown[] = Array.isArray(group['hooks']) ? group['hooks'] : [];
      for (const [index, entry] of entries.entries()) {
        if (!isRecord(entry)) continue;
        const type = textOf(entry['type']) ?? '';
        if (!hookTypes.includes(type))
          lines.push(
            `hooks.${name}.${groupIndex}.hooks.${index}.type: Unknown hook type "${type}"; entry ignored. Valid types: ${hookTypes.join(', ')}`,
          );
        const hook = readHook(entry);
        if (hook) rules.push({ event, matcher: textOf(group['matcher']), hook });
      }
    }
  }
  if (lines.length > 0) problems.push({ path: source.path, isWholeFile: false, lines });
  return rules;
}

/** Hooks that ask a model or an MCP server are accepted and never run: there is neither behind a simulation. */
function readHook(entry: Record<string, unknown>): Hook | undefined {
  const timeout = entry['timeout'];
  const timeoutMs = typeof timeout === 'number' && timeout > 0 ? timeout * 1_000 : undefined;
  const strings = (value: unknown) =>
    Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
  if (entry['type'] === 'command' && typeof entry['command'] === 'string')
    return {
      type: 'command',
      command: entry['command'],
      args: strings(entry['args']),
      timeoutMs,
      isAsync: entry['async'] === true,
      isAsyncRewake: entry['asyncRewake'] === true,
      rewakeMessage: textOf(entry['rewakeMessage']),
      rewakeSummary: textOf(entry['rewakeSummary']),
    };
  if (entry['type'] === 'http' && typeof entry['url'] === 'string')
    return {
      type: 'http',
      url: entry['url'],
      headers: Object.fromEntries(
        Object.entries(isRecord(entry['headers']) ? entry['headers'] : {}).map(([name, value]) => [
          name,
          String(value),
        ]),
      ),
      allowedVariables: strings(entry['allowedEnvVars']) ?? [],
      timeoutMs,
    };
  return undefined;
}

function readStatusLine(value: unknown): StatusLineSetting | undefined {
  if (!isRecord(value) || value['type'] !== 'command' || typeof value['command'] !== 'string')
    return undefined;
  const seconds = value['refreshInterval'];
  return {
    command: value['command'],
    refreshIntervalMs: typeof seconds === 'number' && seconds > 0 ? Math.max(seconds, 1) * 1_000 : undefined,
  };
}
