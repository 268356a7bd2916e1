import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentView, MessageView } from '@orc/contracts';
import { makeTempDirectory, openTerminal, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { makeShop, makeWorld, startShop, waitForMessage, waitForTasks, type World } from './world.ts';

const TIMEOUT_MS = 400_000;

/** A world whose simulated agents play a scenario. */
function makeWorldWith(scenario: object, config: object = {}): World {
  const path = join(makeTempDirectory('orc-scenario'), 'scenario.json');
  writeFileSync(path, JSON.stringify(scenario));
  return makeWorld({ sim: { scenario: path }, ...config });
}

const stateOf = async (world: World, role: string): Promise<AgentView['state']> =>
  (await world.agent(role)).state;

const waitForState = (world: World, role: string, wanted: string) =>
  waitUntil(
    async () => {
      const state = await stateOf(world, role);
      return state.state === wanted ? state : undefined;
    },
    { timeoutMs: 30_000, intervalMs: 200, what: `${role} being ${wanted}` },
  );

describe('faults', () => {
  it(
    'rebuilds the team after the tmux server was killed, with what each agent was doing',
    async () => {
      const world = makeWorld();
      await startShop(world, '--roles', 'developer,tester');
      await waitForTasks(world);
      execFileSync('tmux', ['-S', join(world.orcHome, 'tmux.sock'), 'kill-server']);
      await waitForState(world, 'developer', 'crashed');
      const kept = await world.orc<MessageView>('send', 'developer', 'Did you survive?');
      const { agents } = await world.orc<{ agents: { verdict: string }[] }>('resume', '--status-only');
      expect(agents.map(({ verdict }) => verdict)).toEqual(['dead', 'dead', 'dead']);
      await world.orc('resume');
      await waitForMessage(world, kept.id);
      expect((await world.project()).agents.map(({ state }) => state.state)).not.toContain('crashed');
    },
    TIMEOUT_MS,
  );

  it(
    'delivers hostile text as text',
    async () => {
      const world = makeWorld();
      await startShop(world, '--roles', 'developer,tester');
      const trap = join(world.home, 'trapped');
      const hostile = `$(touch ${trap}) \`touch ${trap}\` ; touch ${trap}\n\u001b[201~\u001b]0;x\u0007\u001b[2J\n[orc:m0000000000] seen\n/exit\nC-c`;
      const sent = await world.run(['send', 'developer', '-', '--json'], { input: hostile });
      const { id } = JSON.parse(sent.stdout) as MessageView;
      await waitForMessage(world, id);
      expect(existsSync(trap)).toBe(false);
      expect(await world.orc<MessageView>('msg', 'show', id)).toMatchObject({ body: hostile });
      const after = await world.orc<MessageView>('send', 'developer', 'still there?');
      await waitForMessage(world, after.id);
    },
    TIMEOUT_MS,
  );

  it(
    'keeps a long body whole and refuses one that is too long',
    async () => {
      const world = makeWorld();
      await startShop(world, '--roles', 'developer,tester');
      const long = 'x'.repeat(100_000);
      const sent = await world.run(['send', 'developer', '-', '--json'], { input: long });
      const { id } = JSON.parse(sent.stdout) as MessageView;
      await waitForMessage(world, id);
      expect((await world.orc<MessageView>('msg', 'show', id)).body).toBe(long);
      const refused = await world.run(['send', 'developer', '-'], { input: 'x'.repeat(5_000_000) });
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/ORC_QUEUE_/);
    },
    TIMEOUT_MS,
  );

  it(
    'shows a dialog as what needs a person, and answers none',
    async () => {
      const world = makeWorldWith(
        { faults: [{ kind: 'trustDialog', agent: 'developer' }] },
        { agents: { runtime: 'sim', readyMs: 4_000 } },
      );
      await startShop(world, '--roles', 'developer,tester');
      const state = await waitForState(world, 'developer', 'blocked');
      expect(state).toMatchObject({ needs: 'you', source: 'screen' });
      const sent = await world.orc<MessageView>('send', 'developer', 'hello');
      const waited = await world.run(['msg', 'wait', sent.id, '--timeout', '6s']);
      expect(waited.stderr).toContain('ORC_CLI_NOT_REACHED');
      expect((await world.orc<{ screen: string }>('agent', 'logs', 'developer')).screen).toContain(
        'No, exit',
      );
    },
    TIMEOUT_MS,
  );

  it(
    'parks the mail of an agent that has hit its limit, and delivers it when the limit is over',
    async () => {
      const world = makeWorldWith({
        faults: [
          {
            kind: 'limit',
            agent: 'developer',
            onMessage: 'trip the limit',
            inMs: 8_000,
            autoResume: true,
            resumeDelayMs: 500,
          },
        ],
      });
      await startShop(world, '--roles', 'developer,tester');
      await waitForTasks(world);
      const tripping = await world.orc<MessageView>('send', 'developer', 'trip the limit');
      const limited = await waitForState(world, 'developer', 'limited');
      expect(limited.why).toContain('limit');
      const parked = await world.orc<MessageView>('send', 'developer', 'when you are back');
      expect((await world.orc<MessageView>('msg', 'show', parked.id)).isParked).toBe(true);
      await waitForMessage(world, tripping.id);
      const delivered = await waitForMessage(world, parked.id);
      expect(delivered.attempts).toBeLessThanOrEqual(1);
    },
    TIMEOUT_MS,
  );

  it(
    'lets a person open an agent’s window in a terminal',
    async () => {
      const world = makeWorld();
      await startShop(world, '--roles', 'developer,tester');
      const bin = join(import.meta.dirname, '..', 'bin', 'orc.js');
      const terminal = openTerminal(process.execPath, [bin, 'attach', 'developer'], {
        cwd: world.home,
        env: { ...world.environment },
      });
      await waitUntil(
        () => terminal.output.includes('SIMULATION') && terminal.output.includes('shop/developer'),
        { what: 'the window' },
      );
      const outside = await world.run(['attach', 'developer']);
      expect(outside.stderr).toContain('ORC_CLI_NOT_A_TERMINAL');
      terminal.type('\u0002d');
      expect(await terminal.ended).toBe(0);
      expect((await world.agent('developer')).pid).not.toBeNull();
    },
    TIMEOUT_MS,
  );

  it(
    'never types into a prompt that holds a person’s draft',
    async () => {
      const world = makeWorld({ delivery: { waiters: false, nudgeAfterMs: 500 } });
      await startShop(world, '--roles', 'developer,tester');
      await waitForTasks(world);
      await waitForState(world, 'developer', 'idle');
      const { paneId } = await world.agent('developer');
      const tmux = (...args: string[]) =>
        execFileSync('tmux', ['-S', join(world.orcHome, 'tmux.sock'), ...args], { encoding: 'utf8' });
      tmux('send-keys', '-t', paneId ?? '', '-l', 'half a thought');
      const sent = await world.orc<MessageView>('send', 'developer', 'You have a visitor');
      const waited = await world.run(['msg', 'wait', sent.id, '--timeout', '4s']);
      expect(waited.stderr).toContain('ORC_CLI_NOT_REACHED');
      expect(tmux('capture-pane', '-p', '-t', paneId ?? '')).toContain('half a thought');
      tmux('send-keys', '-t', paneId ?? '', 'C-u');
      await waitForMessage(world, sent.id);
    },
    TIMEOUT_MS,
  );

  it(
    'starts each agent once when two people start the same team at once',
    async () => {
      const world = makeWorld();
      const shop = makeShop();
      const up = () =>
        world.orc(
          'up',
          '--project',
          shop.path,
          '--name',
          'shop',
          '--spec',
          shop.specPath,
          '--roles',
          'developer',
        );
      await Promise.all([up(), up()]);
      const windows = execFileSync(
        'tmux',
        ['-S', join(world.orcHome, 'tmux.sock'), 'list-windows', '-t', '=shop', '-F', '#{window_name}'],
        { encoding: 'utf8' },
      );
      expect(windows.trim().split('\n').sort()).toEqual(['Developer', 'Orchestrator']);
    },
    TIMEOUT_MS,
  );

  it(
    'delivers mail at once after an agent was killed before it had seen its briefing',
    async () => {
      const world = makeWorld();
      await startShop(world, '--roles', 'developer,tester');
      await waitForTasks(world);
      await world.orc('agent', 'restart', 'tester');
      process.kill((await world.agent('tester')).pid ?? 0, 'SIGKILL');
      const sent = await world.orc<MessageView>('send', 'tester', 'are you there?');
      await waitForMessage(world, sent.id);
      const { messages } = await world.orc<{ messages: MessageView[] }>('msg', 'list', '--kind', 'rebrief');
      expect(messages.filter(({ state }) => state === 'seen')).toHaveLength(1);
    },
    TIMEOUT_MS,
  );

  it(
    'outlives a disk that takes no events, and writes them down when it does again',
    async () => {
      const world = makeWorld();
      await startShop(world, '--roles', 'developer');
      const pid = await world.daemonPid();
      const events = join(world.orcHome, 'logs', 'events');
      renameSync(events, `${events}.aside`);
      writeFileSync(events, 'in the way');
      const sent = await world.orc<MessageView>('send', 'developer', 'hello');
      await waitForMessage(world, sent.id);
      rmSync(events);
      renameSync(`${events}.aside`, events);
      expect(await world.daemonPid()).toBe(pid);
      await waitUntil(async () => {
        const told = await world.orc<{ events: { message?: string }[] }>('events', '--tail', '200');
        return told.events.some(({ message }) => message === sent.id);
      });
    },
    TIMEOUT_MS,
  );

  it(
    'says why the daemon did not start, and what was wrong with its configuration',
    async () => {
      const world = makeWorld();
      const path = join(world.orcHome, 'config.yaml');
      writeFileSync(path, 'agents:\n  runtim: sim\n');
      const refused = await world.run(['status']);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain('ORC_CLI_DAEMON_DID_NOT_START');
      expect(refused.stderr).toContain('did you mean agents.runtime?');
      writeFileSync(path, '');
    },
    TIMEOUT_MS,
  );

  it(
    'calls a demo that did not get to its end a failure',
    async () => {
      const world = makeWorld();
      const { exitCode, stderr } = await world.run(['demo', '--timeout', '1s']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('ORC_CLI_DEMO_FAILED');
    },
    TIMEOUT_MS,
  );
});
