import { spawn, type ChildProcess } from 'node:child_process';
import { effort, type HookSubject } from './hook-input.ts';
import { contextWindowTokens, type Meter } from './meter.ts';
import type { RateLimits } from './scenario.ts';
import type { StatusLineSetting } from './settings.ts';
import { clientVersion } from './version.ts';

/** The line under the input: what the user's command prints for the JSON it is given. */
export interface StatusLine {
  /** Asks the command soon; several requests within 300 ms are one, and a slow command is cancelled by the next. */
  refresh(): void;
  close(): void;
}

const debounceMs = 300;

export function openStatusLine(deps: {
  readonly setting: StatusLineSetting;
  readonly input: () => Record<string, unknown>;
  readonly environment: () => NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly onLines: (lines: readonly string[]) => void;
}): StatusLine {
  const { setting } = deps;
  let timer: NodeJS.Timeout | undefined;
  let running: ChildProcess | undefined;
  const run = () => {
    running?.kill('SIGKILL');
    const child = spawn('/bin/sh', ['-c', setting.command], {
      cwd: deps.cwd,
      env: deps.environment(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    running = child;
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(deps.input()));
    child.on('error', () => undefined);
    child.on('close', (exitCode) => {
      if (running !== child) return;
      running = undefined;
      if (exitCode === 0) deps.onLines(text.trim() === '' ? [] : text.trimEnd().split('\n'));
    });
  };
  const refresh = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      run();
    }, debounceMs);
  };
  const interval =
    setting.refreshIntervalMs === undefined ? undefined : setInterval(refresh, setting.refreshIntervalMs);
  return {
    refresh,
    close() {
      clearTimeout(timer);
      clearInterval(interval);
      running?.kill('SIGKILL');
    },
  };
}

/** Pure: the JSON on the command's stdin. Percentages are null until the first answer. */
export function buildStatusLineInput(facts: {
  readonly subject: HookSubject;
  readonly name: string | undefined;
  readonly model: string;
  readonly meter: Meter;
  readonly now: number;
  readonly rateLimits: RateLimits | undefined;
}): Record<string, unknown> {
  const { subject, name, model, meter, now, rateLimits } = facts;
  const { usage } = meter;
  const used = usage && Math.floor((usage.inputTokens / contextWindowTokens) * 100);
  return {
    session_id: subject.sessionId,
    transcript_path: subject.transcriptPath,
    cwd: subject.cwd,
    ...(subject.promptId !== undefined && { prompt_id: subject.promptId }),
    effort: { level: effort },
    ...(name !== undefined && { session_name: name }),
    model: { id: model, display_name: model === 'simulation' ? 'Simulation' : model },
    workspace: { current_dir: subject.cwd, project_dir: subject.cwd, added_dirs: [] },
    version: clientVersion,
    output_style: { name: 'default' },
    cost: {
      total_cost_usd: meter.costUsd,
      total_duration_ms: now - meter.startedAt,
      total_api_duration_ms: meter.apiMs,
      total_lines_added: 0,
      total_lines_removed: 0,
    },
    context_window: {
      total_input_tokens: usage?.inputTokens ?? 0,
      total_output_tokens: usage?.outputTokens ?? 0,
      context_window_size: contextWindowTokens,
      current_usage: usage
        ? {
            input_tokens: usage.inputTokens,
            output_tokens: usage.outputTokens,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: 0,
          }
        : null,
      used_percentage: used ?? null,
      remaining_percentage: used === undefined ? null : 100 - used,
    },
    exceeds_200k_tokens: (usage?.inputTokens ?? 0) > 200_000,
    fast_mode: false,
    thinking: { enabled: true },
    ...(rateLimits && {
      rate_limits: {
        five_hour: { used_percentage: rateLimits.fiveHourPercent, resets_at: rateLimits.resetsAt },
        seven_day: { used_percentage: rateLimits.sevenDayPercent, resets_at: rateLimits.resetsAt },
      },
    }),
  };
}
