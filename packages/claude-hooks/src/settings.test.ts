import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isOwnEntry } from './own-entry.ts';
import { buildSettings, type SettingsOptions } from './settings.ts';

const hook = { command: '/usr/bin/node', args: ['/opt/orc/bin/orc-hook.cjs'] };
const waiter = { command: hook.command, args: [...hook.args, 'wait'], timeoutSeconds: 86_400 };
const build = (options: Partial<SettingsOptions> = {}) =>
  buildSettings({
    hookCommand: hook,
    waiter,
    permissions: {},
    clientVersion: '2.1.329 (Claude Code)',
    ...options,
  });

const always = [
  'Notification',
  'PostToolUse',
  'PreCompact',
  'SessionEnd',
  'SessionStart',
  'Stop',
  'UserPromptSubmit',
];

describe('the hooks of an agent', () => {
  it.each([
    [
      '2.1.329 (Claude Code)',
      [...always, 'PermissionRequest', 'PostCompact', 'PostToolUseFailure', 'StopFailure'],
    ],
    ['2.1.77', [...always, 'PermissionRequest', 'PostCompact', 'PostToolUseFailure']],
    ['2.0.45', [...always, 'PermissionRequest']],
    ['3.0.0', [...always, 'PermissionRequest', 'PostCompact', 'PostToolUseFailure', 'StopFailure']],
    ['2.0.0', always],
    ['nightly', always],
    [undefined, always],
  ])('are only those that client %s knows', (clientVersion, events) => {
    expect(Object.keys(build({ clientVersion }).hooks).sort()).toEqual([...events].sort());
  });

  it('are run without a shell, with a limit in seconds', () => {
    expect(build().hooks.PostToolUse).toEqual([
      {
        hooks: [
          { type: 'command', command: '/usr/bin/node', args: ['/opt/orc/bin/orc-hook.cjs'], timeout: 10 },
        ],
      },
    ]);
  });

  it('are never given more than a minute, but for the waiter', () => {
    const entries = Object.values(build().hooks).flatMap((groups) => groups.flatMap((group) => group.hooks));
    for (const { timeout, asyncRewake } of entries)
      expect(asyncRewake ? 60 : timeout).toBeLessThanOrEqual(60);
  });

  it('can be found again when their file has another name', () => {
    const bundle = { command: '/usr/bin/node', args: ['/opt/orc/hooks/dist/hook.cjs'] };
    for (const clientVersion of ['2.1.329', '2.0.0']) {
      const entry = build({ hookCommand: bundle, clientVersion }).hooks.Stop?.[0]?.hooks[0];
      expect(JSON.stringify(entry)).toContain('--orc-hook');
      expect(isOwnEntry(entry)).toBe(true);
    }
  });

  it('never replace what the client does itself when it makes a worktree', () => {
    expect(Object.keys(build().hooks)).not.toContain('WorktreeCreate');
  });

  it('wait for mail from the start and from the end of each turn', () => {
    const { hooks } = build();
    const waiting = Object.entries(hooks).filter(([, groups]) =>
      groups.some((group) => group.hooks.some(({ asyncRewake }) => asyncRewake)),
    );
    expect(waiting.map(([event]) => event)).toEqual(['SessionStart', 'Stop']);
    expect(hooks.Stop?.[0]?.hooks[1]).toEqual({
      type: 'command',
      command: '/usr/bin/node',
      args: ['/opt/orc/bin/orc-hook.cjs', 'wait'],
      timeout: 86_400,
      asyncRewake: true,
    });
  });

  it.each([[{ waiter: null }], [{ clientVersion: '2.1.138' }], [{ clientVersion: undefined }]])(
    'do not wait in the foreground of a client that cannot do it in the background: %j',
    (options) => {
      expect(JSON.stringify(build(options))).not.toContain('wait');
    },
  );

  it('survive the shell of a client that needs one', () => {
    const strange = { command: '/opt/Ada\'s "orc"/orc-hook', args: ['$(touch /tmp/no)', 'a b', ''] };
    const [group] = build({ hookCommand: strange, clientVersion: '2.1.0' }).hooks.Stop ?? [];
    const [entry] = group?.hooks ?? [];
    expect(entry).not.toHaveProperty('args');
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${entry?.command}`], { encoding: 'utf8' });
    expect(words).toBe(`${[strange.command, ...strange.args].join('\n')}\n`);
    expect(isOwnEntry(entry)).toBe(true);
  });
});

describe('what else an agent is launched with', () => {
  it('may always run the commands of orc', () => {
    expect(
      build({ permissions: { allow: ['Read', 'Bash(orc:*)'], deny: ['SendMessage'] } }).permissions,
    ).toEqual({
      allow: ['Bash(orc:*)', 'Bash(scm:*)', 'Bash(tmux-orc:*)', 'Read'],
      deny: ['SendMessage'],
    });
  });

  it.each([
    ['manual', 'default'],
    ['acceptEdits', 'acceptEdits'],
    ['bypassPermissions', 'bypassPermissions'],
  ] as const)('starts in the mode %s, under the name that settings know', (permissionMode, defaultMode) => {
    expect(build({ permissionMode }).permissions.defaultMode).toBe(defaultMode);
  });

  it('skips the warning of a mode without checks only when asked to', () => {
    expect(build({ permissionMode: 'bypassPermissions' })).not.toHaveProperty(
      'skipDangerousModePermissionPrompt',
    );
    expect(build({ skipBypassWarning: true }).skipDangerousModePermissionPrompt).toBe(true);
  });

  it('shows a status line, which the client runs in a shell', () => {
    const statusLine = { command: '/opt/my orc/orc-hook', args: ['status-line'] };
    expect(build({ statusLine }).statusLine).toEqual({
      type: 'command',
      command: "'/opt/my orc/orc-hook' status-line",
      refreshInterval: 60,
    });
    expect(build()).not.toHaveProperty('statusLine');
  });
});
