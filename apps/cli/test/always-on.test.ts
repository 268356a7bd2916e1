import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventView, RescueView } from '@orc/contracts';
import { findIdentity } from '@orc/process';
import { makeTempDirectory, waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { makeWorld, startShop, waitForTasks } from './world.ts';

/** Stands for the system's own: starts what the unit says, in the environment that the unit says. */
const SYSTEMCTL = `#!/bin/sh
shift # --user
unit="$HOME/.config/systemd/user/$(eval echo \\$$#)"
case "$1" in
  is-active) exec test -e "$HOME/active" ;;
  enable|start)
    touch "$HOME/active"
    while IFS= read -r line; do export "$line"; done <<EOT
$(sed -n 's/^Environment="\\(.*\\)"$/\\1/p' "$unit")
EOT
    eval "set -- $(sed -n 's/^ExecStart=//p' "$unit")"
    setsid "$@" </dev/null >>"$HOME/output" 2>&1 &
    ;;
  disable) rm "$HOME/active" ;;
esac
`;

interface Answer {
  readonly changed: boolean;
  readonly path: string;
  readonly did: readonly string[];
}

it('runs as a service, and brings a team back after a reboot with nothing lost', async () => {
  const world = makeWorld();
  const programs = join(makeTempDirectory('orc-system'), 'bin');
  mkdirSync(programs);
  writeFileSync(join(programs, 'systemctl'), SYSTEMCTL, { mode: 0o755 });
  writeFileSync(join(programs, 'loginctl'), '#!/bin/sh\n', { mode: 0o755 });
  const bootId = join(programs, 'boot_id');
  writeFileSync(bootId, 'first\n');
  const env = { ORC_BOOT_ID_FILE: bootId, PATH: `${programs}:${world.environment['PATH'] ?? ''}` };
  const install = async (...words: string[]): Promise<Answer> => {
    const { exitCode, stdout, stderr } = await world.run(['daemon', ...words, '--user', '--json'], { env });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    return JSON.parse(stdout) as Answer;
  };

  await world.run(['daemon', 'start'], { env });
  await startShop(world, '--roles', 'developer');
  await waitForTasks(world);
  const before = await world.agent('developer');

  const preview = await install('install', '--dry-run');
  expect(existsSync(preview.path)).toBe(false);
  const installed = await install('install');
  expect(installed.did).toEqual([
    `wrote ${preview.path}`,
    expect.stringMatching(/^stopped the daemon that ran without a service/),
    'ran: loginctl enable-linger',
    'ran: systemctl --user daemon-reload',
    expect.stringMatching(/^ran: systemctl --user enable --now orc-[0-9a-f]{8}\.service$/),
  ]);
  const answers = () => world.run(['daemon', 'status']).then(({ exitCode }) => exitCode === 0);
  await waitUntil(answers, { timeoutMs: 60_000, what: 'the service' });
  expect((await world.agent('developer')).pid).toBe(before.pid);
  expect(await install('install')).toMatchObject({ changed: false, did: [] });

  writeFileSync(join(before.worktreePath ?? '', 'half-done.txt'), 'not committed\n');
  process.kill(await world.daemonPid(), 'SIGKILL');
  // A reboot asks nobody. The server of tmux 3.3 would wait for ever for the client of a daemon that was killed.
  const asked = ['-S', join(world.orcHome, 'tmux.sock'), 'display-message', '-p', '#{pid}'];
  const server = Number(execFileSync('tmux', asked, { encoding: 'utf8' }));
  process.kill(server, 'SIGKILL');
  await waitUntil(() => findIdentity(server) === undefined, { what: 'the end of the tmux server' });
  writeFileSync(bootId, 'second\n');
  const unit = preview.path.split('/').at(-1) ?? '';
  execFileSync('systemctl', ['--user', 'start', unit], { env: { ...world.environment, ...env } });
  await waitUntil(answers, { timeoutMs: 60_000, what: 'the service after the reboot' });
  const after = await waitUntil(
    async () => {
      const agent = await world.agent('developer');
      return agent.pid !== before.pid && agent.process.isAlive ? agent : undefined;
    },
    { timeoutMs: 60_000, what: 'the developer being back' },
  );
  expect(after.restarts).toBe(0);
  const { rescues } = await world.orc<{ rescues: RescueView[] }>('rescue', 'list');
  expect(rescues.map(({ agentId }) => agentId)).toContain('shop/developer');
  const types = 'machine.rebooted,project.resumed';
  const seen = async () =>
    (await world.orc<{ events: EventView[] }>('events', '--tail', '100', '--types', types)).events;
  await waitUntil(async () => (await seen()).length === 2, { what: 'the team being resumed, once' });
  expect((await seen()).map(({ type }) => type)).toEqual(['machine.rebooted', 'project.resumed']);
  expect((await world.run(['daemon', 'logs'])).stdout).toContain('the daemon serves');

  const removed = await install('uninstall');
  expect(removed.did).toContain(`removed ${preview.path}`);
  expect(existsSync(preview.path)).toBe(false);
  expect(await install('uninstall')).toMatchObject({ changed: false });
}, 400_000);
