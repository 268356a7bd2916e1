import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { as, makeWorld, startShop } from './world.ts';

const run = promisify(execFile);

/**
 * Every command line by which managers of other teams talk to their daemon, with the agents of this team. They
 * are run by a shell in the manager's own window, as its model would run them.
 */
const lines = [
  String.raw`tmux-orc read --session $(tmux display-message -p "#S:#I") --filter "HIGH PRIORITY\|CRITICAL" --tail 10`,
  `tmux-orc publish --group management --tag acknowledgment "PM ACK: notification-id - investigated agent, all healthy"`,
  `tmux-orc read --session $(tmux display-message -p "#S:#I") --filter "recovery" --tail 5 --json`,
  `tmux-orc publish --group management --priority normal --tag pm-response \\\n  "PM verified recovery action: [session] is healthy, continuing normal operations"`,
  `tmux-orc agent send developer:2 "STATUS REQUEST: Please provide current task and progress"`,
  `tmux-orc publish --group management --tag acknowledgment \\\n  "PM handled idle agent developer:2 - restarted, now active"`,
  String.raw`ALERTS=$(tmux-orc read --session $(tmux display-message -p "#S:#I") --filter "CRITICAL\|HIGH PRIORITY" --tail 1 --json | node -pe 'JSON.parse(require("fs").readFileSync(0)).stored_messages.length') && [ "$ALERTS" -ge 0 ] && echo "$ALERTS"`,
  String.raw`tmux-orc read --session $(tmux display-message -p "#S:#I") --filter "CRITICAL\|HIGH PRIORITY" --tail 3`,
  `tmux-orc agent send orchestrator:0 "\nESCALATION: Daemon Coordination Issue\n- Issue: Multiple agent failures detected by daemon\n- Actions Taken: Restarted 2 agents, 1 still unresponsive\n- Recommendation: Review system resources and agent configs\n- Need: Orchestrator guidance on scaling approach\n"`,
  `tmux-orc agent broadcast "\nTEAM STATUS UPDATE (with daemon insights):\n- Active Agents: 3 (verified by monitoring daemon)\n- Recent Issues: 1 idle timeout resolved\n- Next Checkpoint: 2 hours\n"`,
  `tmux-orc status --format json`,
  `tmux-orc publish --group management --tag test "PM connectivity test"`,
  `tmux-orc read --session $(tmux display-message -p "#S:#I") --filter "test" --tail 1`,
  `tmux-orc monitor status`,
  `tmux-orc publish --group management --tag status-request \\\n  "PM requesting daemon status update"`,
  `tmux-orc read --since 30m --json`,
];

describe('the words of tmux-orc', () => {
  it('all run as they stand, in the window of a manager', async () => {
    const world = makeWorld();
    await startShop(world, '--roles', 'orchestrator,project-manager,developer');
    const manager = await world.agent('project-manager');
    symlinkSync(process.execPath, join(world.orcHome, 'bin', 'node'));
    const env = {
      ...world.environment,
      PATH: `${join(world.orcHome, 'bin')}:${world.environment.PATH}`,
      TMUX: `${join(world.orcHome, 'tmux.sock')},0,0`,
      TMUX_PANE: manager.paneId ?? '',
      ...as(world, 'project-manager'),
    };
    const sh = async (line: string) => (await run('sh', ['-c', line], { cwd: world.home, env })).stdout;
    for (const line of lines) expect(await sh(line), line).not.toBe('');
    expect(await sh(lines[12] ?? '')).toContain('PM connectivity test');
    const read = JSON.parse(await sh(lines[2] ?? '')) as { session: string; stored_messages: unknown[] };
    expect(read.session).toMatch(/^.+:\d+$/);
    expect(read.stored_messages).toMatchObject([{ sender: manager.id, tags: ['pm-response'] }]);

    // The person restarts whom they like, by the address that tmux shows.
    const restarted = await world.run(['restart', 'agent', 'developer:2']);
    expect(restarted.exitCode, restarted.stderr).toBe(0);
  }, 300_000);
});
