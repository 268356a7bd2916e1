import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTranscriptReader, type AgentRuntime } from '@orc/agent-runtime';
import { newId } from '@orc/contracts';
import { createFollower } from '@orc/jsonl';
import { run } from '@orc/process';
import { errors } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { requireVersion } from '../team/launch.ts';
import { canaryText } from './canaries.ts';
import type { ClientVersion } from './clients.ts';

/** What became of the text that one channel was given. */
export interface Probed {
  readonly channel: string;
  readonly outcome: 'proved' | 'dropped' | 'silent' | 'not run';
  readonly step: string | null;
}

const TIMEOUT_MS = 120_000;
const PROMPT =
  'This is a short test of hooks. Run the command "true" once with the Bash tool, then answer with the word ok.';
const STEPS = ['received', 'accepted', 'sent', 'answered'];

/** Each with a canary of its own: what the hook of an event prints says where it belongs. */
const EVENTS = ['SessionStart', 'UserPromptSubmit', 'PostToolUse', 'Stop'] as const;

/**
 * Starts a client once without a screen, in an empty directory, with hooks that print canaries, and reads in
 * its transcript how far each got. The client asks its model two or three times for a word.
 *
 * @throws ORC_RUNTIME_NOT_INSTALLED, ORC_DAEMON_PROBE_FAILED
 */
export async function probeClient(
  { layout, config, log }: Pick<Parts, 'layout' | 'config' | 'log'>,
  runtime: AgentRuntime,
): Promise<{ readonly client: ClientVersion; readonly probed: Probed[] }> {
  const version = await requireVersion(runtime);
  const sessionId = randomUUID();
  const directory = join(layout.home, 'probe', sessionId);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    const canaries = EVENTS.map((event) => ({
      event,
      id: newId('c'),
      ranPath: join(directory, `${event}.ran`),
    }));
    const settingsPath = join(directory, 'settings.json');
    writeFileSync(settingsPath, JSON.stringify(settingsOf(canaries)), { mode: 0o600 });
    const scenario = join(directory, 'scenario.json');
    writeFileSync(scenario, JSON.stringify(SIMULATED));
    const { argv, env } = runtime.launch({
      agentId: 'orc/probe',
      settingsPath,
      permissionMode: 'acceptEdits',
      prompt: PROMPT,
      printOnce: { sessionId },
      ...(config.agents.model !== null && { model: config.agents.model }),
      environment: {
        ...config.agents.environment,
        ...(runtime.isSimulation && { ORC_SIM_SCENARIO: scenario }),
      },
    });
    const [program = '', ...args] = argv;
    const { exitCode, stdout, stderr } = await run(program, args, {
      cwd: directory,
      env,
      timeoutMs: TIMEOUT_MS,
    });
    const steps = readSteps(runtime.configDirectory, sessionId);
    if (!steps)
      throw errors.probeFailed(runtime.title, (stderr || stdout).trim().slice(-500) || `exit ${exitCode}`);
    log.debug({ runtime: runtime.name, version, exitCode }, 'probed');
    return {
      client: { runtime: runtime.name, version },
      probed: canaries.map(({ event, id, ranPath }) => ({
        channel: event,
        step: steps.get(id) ?? null,
        outcome: outcomeOf(steps.get(id), existsSync(ranPath)),
      })),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function outcomeOf(step: string | undefined, hasRun: boolean): Probed['outcome'] {
  if (step === undefined) return hasRun ? 'silent' : 'not run';
  return step === 'received' ? 'dropped' : 'proved';
}

interface Canary {
  readonly event: (typeof EVENTS)[number];
  readonly id: string;
  /** Made by the hook, once: a turn that is put off each time would never end. */
  readonly ranPath: string;
}

/** Hooks of the shell alone, so that what is tested is the client and nothing of orc. */
function settingsOf(canaries: readonly Canary[]): object {
  const hookOf = ({ event, id, ranPath }: Canary) => ({
    type: 'command',
    command: '/bin/sh',
    args: [
      '-c',
      'cat >/dev/null; [ -e "$1" ] || { : >"$1"; printf %s "$2"; }',
      'orc-probe',
      ranPath,
      JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: canaryText(id) } }),
    ],
    timeout: 10,
  });
  return {
    hooks: Object.fromEntries(canaries.map((canary) => [canary.event, [{ hooks: [hookOf(canary)] }]])),
    permissions: { allow: ['Bash(true)', 'Bash(true:*)'] },
  };
}

/** What the simulation plays: the tool call that a model is asked for. */
const SIMULATED = {
  thinkMs: 0,
  turns: [{ text: 'I run it.', tools: ['true'] }, { text: 'ok' }, { text: 'ok' }],
};

/** The furthest step of each id in the transcript of a session; `undefined` when there is none. */
function readSteps(configDirectory: string, sessionId: string): Map<string, string> | undefined {
  const projects = join(configDirectory, 'projects');
  const paths = existsSync(projects)
    ? readdirSync(projects).map((name) => join(projects, name, `${sessionId}.jsonl`))
    : [];
  const path = paths.find((each) => existsSync(each));
  if (path === undefined) return undefined;
  const reader = createTranscriptReader();
  const steps = new Map<string, string>();
  for (const line of createFollower(path).poll()) {
    if (!line.ok) continue;
    for (const fact of reader.read(line.value, line.line)) {
      if (!('ids' in fact) || !STEPS.includes(fact.type)) continue;
      for (const id of fact.ids)
        if (STEPS.indexOf(fact.type) > STEPS.indexOf(steps.get(id) ?? '')) steps.set(id, fact.type);
    }
  }
  return steps;
}
