import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createBrain } from './brain.ts';
import type { Client, Front, Session } from './client.ts';
import { createConversation } from './conversation.ts';
import { errors } from './errors.ts';
import { isMeant, openFaults, roleOf, type Faults } from './faults.ts';
import { findGitBranch } from './git-branch.ts';
import { buildChildEnvironment, entrypointOf, type HookSubject } from './hook-input.ts';
import { createHookRunner } from './hook-runner.ts';
import { createInbox } from './inbox.ts';
import { createMeter } from './meter.ts';
import type { Options } from './options.ts';
import { defaultScenario, readScenario, type Scenario } from './scenario.ts';
import { readSettings, type Settings } from './settings.ts';
import { findMemory, isSessionKnown, openTranscript, projectDirectoryOf, type Memory } from './transcript.ts';
import { createWaiters, type Wake } from './waiters.ts';

/** What is read before anything is drawn. */
export interface Basis {
  readonly options: Options;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly agent: string;
  readonly configDirectory: string;
  readonly scenario: Scenario;
  readonly faults: Faults;
  readonly settings: Settings;
  /** Of the session that `--resume` names. */
  readonly memory: Memory | undefined;
  readonly sessionId: string;
}

/**
 * Reads options, scenario, settings and the resumed session.
 *
 * @throws the errors of this package; all of them mean that nothing has started
 */
export function readBasis(options: Options, env: NodeJS.ProcessEnv, cwd: string): Basis {
  const configDirectory =
    env['ORC_SIM_CONFIG_DIR'] ?? env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '/', '.claude');
  const isRoot = process.getuid?.() === 0;
  if (options.isBypassFlag && isRoot && env['IS_SANDBOX'] !== '1') throw errors.bypassRefused();
  const scenarioPath = options.scenario ?? env['ORC_SIM_SCENARIO'];
  const scenario =
    scenarioPath === undefined || scenarioPath === '' ? defaultScenario : readScenario(scenarioPath);
  const agent = env['ORC_AGENT'] ?? '';
  const { resume } = options;
  const memory =
    resume === undefined
      ? undefined
      : findMemory(join(projectDirectoryOf(configDirectory, cwd), `${resume}.jsonl`));
  if (resume !== undefined && !memory) throw errors.unknownSession(resume);
  if (options.sessionId !== undefined && isSessionKnown(configDirectory, options.sessionId))
    throw errors.sessionInUse(options.sessionId);
  return {
    options,
    env,
    cwd,
    agent,
    configDirectory,
    scenario,
    faults: openFaults({
      faults: scenario.faults,
      agent,
      path: join(configDirectory, 'sim', `${agent.replaceAll('/', '.') || 'anybody'}.json`),
    }),
    settings: readSettings({ flag: options.settings, configDirectory, projectDirectory: cwd }),
    memory,
    sessionId: resume ?? options.sessionId ?? randomUUID(),
  };
}

/** Joins all the parts of a session around a front. */
export function assemble(
  basis: Basis,
  front: Front,
  reactions: { readonly onWake?: (wake: Wake) => void; readonly onNewSession?: () => void },
): Client {
  const { options, env, cwd, agent, configDirectory, scenario, faults, settings, memory } = basis;
  const clock = { now: () => Date.now() };
  const projectDirectory = projectDirectoryOf(configDirectory, cwd);
  const open = (sessionId: string, parentUuid?: string) =>
    openTranscript({
      path: join(projectDirectory, `${sessionId}.jsonl`),
      sessionId,
      cwd,
      entrypoint: entrypointOf(options.isPrint),
      branch: () => findGitBranch(cwd),
      clock,
      parentUuid,
    });
  const session = createSession(basis.sessionId, open(basis.sessionId, memory?.parentUuid), options);
  const subject = (): HookSubject => subjectOf(session, cwd);
  const environmentFile = () => join(configDirectory, 'session-env', `${session.id}.sh`);
  const child = () => ({ pid: process.pid, isPrint: options.isPrint, environmentFile: environmentFile() });
  const inbox = createInbox();
  const conversation = createConversation(memory?.characters);
  const waiters = createWaiters({
    cwd,
    onWake: (wake) => reactions.onWake?.(wake),
    onContext: (text) => conversation.addSystem(text, text),
  });
  const brain = createBrain({ agent, role: roleOf(agent), cwd, clock });
  if (memory) brain.recall(memory.assistantTexts);
  return {
    options,
    scenario,
    script: scenario.turns.filter((turn) => isMeant(turn.agent, agent)),
    configDirectory,
    cwd,
    clock,
    random: Math.random,
    pace: readPace(env['ORC_SIM_PACE']),
    session,
    hooks: createHookRunner({
      // A client that drops its hooks is a fault like any other, and decided once.
      rules: faults.take('missingHooks') ? [] : settings.rules,
      subject,
      environment: (event) => buildChildEnvironment(env, subject(), child(), event),
      resultsDirectory: () => join(projectDirectory, session.id, 'tool-results'),
      waiters,
      dropsContext: (event) =>
        faults.take('dropContext', { turns: session.turnsDone, tools: session.tools, news: '', event }) !==
        undefined,
    }),
    waiters,
    faults,
    conversation,
    brain,
    inbox,
    meter: createMeter(clock.now()),
    front,
    childEnvironment: () => buildChildEnvironment(env, subject(), child(), 'PreToolUse'),
    environmentFile,
    openTranscript: open,
    onNewSession: () => reactions.onNewSession?.(),
    stopCap: readCount(env['CLAUDE_CODE_STOP_HOOK_BLOCK_CAP'], 8),
  };
}

function createSession(id: string, transcript: Session['transcript'], options: Options): Session {
  const { permissionMode } = options;
  const counts = { prompts: 0, turns: 0, turnsDone: 0, tools: 0 };
  return { id, transcript, promptId: undefined, permissionMode, ...counts };
}

export function subjectOf(session: Session, cwd: string): HookSubject {
  const { id, transcript, promptId, permissionMode } = session;
  return { sessionId: id, transcriptPath: transcript.path, cwd, promptId, permissionMode };
}

function readPace(text: string | undefined): number {
  const pace = Number(text);
  return text === undefined || text === '' || !Number.isFinite(pace) || pace < 0 ? 1 : pace;
}

function readCount(text: string | undefined, fallback: number): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : fallback;
}
