import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '@orc/process';
import { findHooks } from '../proc.ts';
import { expectThat, type Row } from '../row.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

const HANGING_MS = 300;
const DEADLINE_MS = 4_000;

/*
 * Here the drill plays the client: it runs the hook that is registered for the agent, as the client would, and
 * is the one that does not get the answer. Mail that was in such a hook's hands must come again by itself.
 */

const hookKilled: Row = {
  name: 'hook-killed',
  fault: 'hook killed with an answer on its way',
  async run(world) {
    const { id } = await world.send('developer', 'A question in the hands of a hook');
    const daemon = await world.daemonPid();
    process.kill(daemon, 'SIGSTOP');
    try {
      const others = new Set(findHooks(world.layout.home));
      const hook = runHook(world);
      const pid = await until(() => findHooks(world.layout.home).find((each) => !others.has(each)), {
        what: 'the hook running',
        everyMs: 10,
      });
      await sleep(HANGING_MS);
      process.kill(pid, 'SIGKILL');
      await hook;
    } finally {
      process.kill(daemon, 'SIGCONT');
    }
    return ending(world, id);
  },
};

const hookHangs: Row = {
  name: 'hook-hangs',
  fault: 'hook hangs',
  async run(world) {
    const { id } = await world.send('developer', 'A question that a hook could not wait for');
    const daemon = await world.daemonPid();
    process.kill(daemon, 'SIGSTOP');
    const startedAt = performance.now();
    const { exitCode, stdout } = await runHook(world).finally(() => process.kill(daemon, 'SIGCONT'));
    const took = Math.round(performance.now() - startedAt);
    expectThat(exitCode === 0 && stdout === '', `the hook ended with ${exitCode} and printed "${stdout}"`);
    expectThat(took < DEADLINE_MS, `the agent waited ${took} ms for its hook`);
    return `the agent waited ${took} ms; ${await ending(world, id)}`;
  },
};

const hookSilent: Row = {
  name: 'hook-prints-nothing',
  fault: 'hook prints nothing',
  async run(world) {
    const { id } = await world.send('developer', 'A question that a hook does not know of');
    const { exitCode, stdout } = await runHook(world, { ORC_TOKEN_FILE: '/nowhere/token' });
    expectThat(exitCode === 0 && stdout === '', `the hook ended with ${exitCode} and printed "${stdout}"`);
    return ending(world, id);
  },
};

const answerLost: Row = {
  name: 'answer-lost',
  fault: 'the client never gets what a hook printed',
  async run(world) {
    const { id } = await world.send('developer', 'A question that was printed into the void');
    const { stdout } = await runHook(world);
    const isTaken = stdout.includes(id);
    return `${isTaken ? 'printed and lost' : 'taken by the agent first'}; ${await ending(world, id)}`;
  },
};

/** The message must be seen in the end, and by then it has been sent as often as was needed. */
async function ending(world: World, id: string): Promise<string> {
  await world.untilSeen(id);
  const { attempts, channel } = await world.message(id);
  return `seen through ${channel ?? 'nothing'} after ${attempts} vain attempts`;
}

interface Settings {
  readonly hooks: Readonly<
    Record<string, readonly { readonly hooks: readonly { command: string; args?: string[] }[] }[]>
  >;
}

function runHook(world: World, more: Readonly<Record<string, string>> = {}) {
  const directory = join(world.layout.agents, 'shop', 'developer');
  const { hooks } = JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8')) as Settings;
  const hook = hooks['PostToolUse']?.[0]?.hooks[0];
  if (!hook) throw new Error('the agent has no hook for PostToolUse');
  const input = {
    hook_event_name: 'PostToolUse',
    session_id: null,
    transcript_path: null,
    cwd: world.home,
    tool_name: 'Bash',
    tool_input: {},
    tool_response: {},
    tool_use_id: 'toolu_drill',
    duration_ms: 1,
  };
  const env = {
    ...world.environment,
    ORC_AGENT: 'shop/developer',
    ORC_TOKEN_FILE: join(directory, 'token'),
    ORC_SOCKET: world.layout.socket,
    ...more,
  };
  return run(hook.command, hook.args ?? [], { cwd: world.home, env, input: JSON.stringify(input) });
}

export const hookRows: readonly Row[] = [hookKilled, hookHangs, hookSilent, answerLost];
