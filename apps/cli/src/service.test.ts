import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { describeService, type ServiceFacts } from './service.ts';

const facts = (patch: Partial<ServiceFacts> = {}): ServiceFacts => ({
  ...{
    platform: 'linux',
    uid: 1000,
    isSystem: false,
    ownerUid: 1000,
    userHome: '/home/ada',
    configHome: undefined,
  },
  orcHome: '/home/ada/.orc',
  command: ['/usr/bin/node', '/opt/orc/apps/daemon/dist/main.js'],
  output: '/home/ada/.orc/logs/daemon.log',
  environment: { PATH: '/usr/bin:/bin' },
  ...patch,
});

describe('a service of systemd', () => {
  it('is one of the user, who lingers, and one of the machine when root asks', () => {
    const own = describeService(facts());
    expect(own).toMatchObject({ kind: 'systemd-user', path: '/home/ada/.config/systemd/user/orc.service' });
    expect(own.enable.map((words) => words.join(' '))).toEqual([
      'loginctl enable-linger',
      'systemctl --user daemon-reload',
      'systemctl --user enable --now orc.service',
    ]);
    expect(own.text).toContain('WantedBy=default.target');
    const machine = describeService(facts({ uid: 0, isSystem: true }));
    expect(machine).toMatchObject({ kind: 'systemd-system', path: '/etc/systemd/system/orc.service' });
    expect(machine.text).toContain('User=1000\n');
    expect(machine.text).toContain('WantedBy=multi-user.target');
    expect(describeService(facts({ orcHome: '/srv/team' })).name).toMatch(/^orc-[0-9a-f]{8}\.service$/);
  });

  it('starts the daemon again after a crash, brings the team back, and leaves the agents alone when it stops', () => {
    const { text } = describeService(facts());
    for (const line of [
      'Restart=on-failure',
      'KillMode=process',
      'Environment="ORC_HOME=/home/ada/.orc"',
      'Environment="ORC_RESUME_ON_BOOT=true"',
      'ExecStart="/usr/bin/node" "/opt/orc/apps/daemon/dist/main.js"',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it('is what systemd takes for a good unit, whatever stands in a path', () => {
    const program = join(makeTempDirectory(), '100% "of" $HOME.js');
    writeFileSync(program, '');
    const service = describeService(facts({ command: [process.execPath, program], orcHome: '/tmp/a b%c' }));
    const unit = join(makeTempDirectory(), service.name);
    writeFileSync(unit, service.text);
    const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
      encoding: 'utf8',
    });
    // A machine without systemd has nothing to ask.
    if (error) return expect(error).toMatchObject({ code: 'ENOENT' });
    const about = stderr.split('\n').filter((line) => line.includes(service.name));
    expect({ status, about }).toEqual({ status: 0, about: [] });
  });
});

it('is an agent of launchd on macOS, and unknown elsewhere', () => {
  const service = describeService(facts({ platform: 'darwin', uid: 501, orcHome: '/Users/ada&b/.orc' }));
  expect(service.path).toMatch(/^\/home\/ada\/Library\/LaunchAgents\/dev\.orc-[0-9a-f]{8}\.daemon\.plist$/);
  expect(service.text).toContain('<string>/Users/ada&amp;b/.orc</string>');
  expect(service.text).toContain('<key>SuccessfulExit</key><false/>');
  expect(service.enable).toEqual([['launchctl', 'bootstrap', 'gui/501', service.path]]);
  expect(() => describeService(facts({ platform: 'win32' }))).toThrow(
    expect.objectContaining({ code: 'ORC_CLI_NO_SERVICE' }),
  );
});
