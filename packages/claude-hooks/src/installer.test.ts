import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hooksStatus, installHooks, uninstallHooks } from './installer.ts';
import { buildSettings } from './settings.ts';

const settingsOf = (path: string, clientVersion = '2.1.329') =>
  buildSettings({
    hookCommand: { command: '/usr/bin/node', args: [path] },
    waiter: null,
    permissions: {},
    clientVersion,
  });
const ours = settingsOf('/opt/orc/bin/orc-hook.cjs');
const foreign = { type: 'command', command: 'npx prettier --write .' };
const users = {
  model: 'large',
  hooks: {
    PostToolUse: [{ matcher: 'Write|Edit', hooks: [foreign] }],
    PreToolUse: [{ hooks: [{ type: 'command', command: './guard.sh' }] }],
  },
  permissions: { allow: ['Bash(ls:*)'] },
};

describe('installing', () => {
  it("adds orc's hooks after the user's own and leaves everything else", () => {
    const installed = installHooks(users, ours) as typeof users;
    expect(installed.hooks.PostToolUse).toEqual([users.hooks.PostToolUse[0], ours.hooks.PostToolUse?.[0]]);
    expect(installed.hooks.PreToolUse).toEqual(users.hooks.PreToolUse);
    expect(Object.keys(installed)).toEqual(['model', 'hooks', 'permissions']);
    expect(installed.permissions).toEqual(users.permissions);
  });

  it('twice is installing once', () => {
    const once = installHooks(users, ours);
    expect(installHooks(once, ours)).toBe(once);
  });

  it('replaces the entries of an older version, wherever that lay', () => {
    const old = installHooks(users, settingsOf('/home/ada/.npm/orc-hook', '2.0.0'));
    expect(installHooks(old, ours)).toEqual(installHooks(users, ours));
  });

  it('changes nothing that it was given', () => {
    const copy = structuredClone(users);
    uninstallHooks(installHooks(users, ours));
    expect(users).toEqual(copy);
  });

  it.each([[[]], [null], ['text'], [{ hooks: [] }], [{ hooks: { Stop: {} } }]])(
    'refuses %j with a code',
    (settings) => {
      expect(() => installHooks(settings, ours)).toThrow(
        expect.objectContaining({ code: 'ORC_CLAUDE_HOOKS_BAD_SETTINGS' }),
      );
    },
  );

  it('refuses a program that it could not find again', () => {
    const strange = { type: 'command' as const, command: './hook.sh', timeout: 10 };
    expect(() => installHooks({}, { hooks: { Stop: [{ hooks: [strange] }] } })).toThrow(
      expect.objectContaining({ code: 'ORC_CLAUDE_HOOKS_NOT_RECOGNISABLE' }),
    );
  });
});

describe('uninstalling', () => {
  it.each([
    [{}],
    [{ hooks: {} }],
    [{ hooks: { Stop: [] } }],
    [{ hooks: { Stop: [], Elicitation: [] } }],
    [{ hooks: { Stop: [{ matcher: 'x', hooks: [] }] } }],
    [{ hooks: { $note: 'ours to keep', Stop: ['odd', 7, null] } }],
    [JSON.parse('{"__proto__":1,"hooks":{"__proto__":[]}}') as object],
    [users],
  ])('gives %j back', (settings) => {
    const removed = uninstallHooks(installHooks(settings, ours));
    expect(removed).toEqual(settings);
    expect(JSON.stringify(removed)).toBe(JSON.stringify(settings));
  });

  it('gives any settings back, also after several installations', () => {
    const group = fc.record({
      matcher: fc.constantFrom('', '*', 'Bash'),
      hooks: fc.array(fc.constant(foreign)),
    });
    const event = fc.constantFrom('Stop', 'PostToolUse', 'SessionStart', 'PreToolUse', 'Elicitation');
    const settings = fc.record(
      {
        model: fc.string(),
        hooks: fc.dictionary(
          event,
          fc.array(fc.oneof(group, fc.constant({ hooks: [foreign] })), { maxLength: 3 }),
        ),
        env: fc.dictionary(fc.string(), fc.string()),
      },
      { requiredKeys: [] },
    );
    const old = settingsOf('/old/orc-hook', '2.0.0');
    fc.assert(
      fc.property(settings, (original) => {
        const installed = installHooks(installHooks(original, old), ours);
        expect(installHooks(installed, ours)).toEqual(installed);
        expect(hooksStatus(installed, ours).state).toBe('installed');
        expect(JSON.stringify(uninstallHooks(installed))).toBe(JSON.stringify(original));
      }),
    );
  });

  it("takes orc's entry out of a group that the user put it in", () => {
    const entry = ours.hooks.Stop?.[0]?.hooks[0];
    const mixed = { hooks: { Stop: [{ matcher: 'x', hooks: [foreign, entry] }] } };
    expect(uninstallHooks(mixed)).toEqual({ hooks: { Stop: [{ matcher: 'x', hooks: [foreign] }] } });
  });

  it.each([
    ['echo orc-hook'],
    ['/opt/notes/about-orc-hook'],
    ['cat /opt/orc/bin/orc-hook.cjs'],
    ['node ./report.js orc-hook'],
    ['orc-hooks'],
  ])("leaves the user's own %s alone", (command) => {
    const settings = { hooks: { Stop: [{ hooks: [{ type: 'command', command }] }] } };
    expect(uninstallHooks(settings)).toEqual(settings);
  });

  it.each([
    ['orc-hook'],
    ['/opt/orc/orc-hook wait'],
    ["'/opt/my orc/orc-hook.cjs'"],
    ['node /opt/orc/bin/orc-hook.cjs'],
    ['node /opt/orc/hooks/dist/hook.cjs wait --orc-hook'],
    ['env -u NODE_EXTRA_CA_CERTS A=b node --no-warnings "/opt/orc/bin/orc-hook.cjs" wait'],
  ])('finds %s again', (command) => {
    expect(uninstallHooks({ hooks: { Stop: [{ hooks: [{ type: 'command', command }] }] } })).toEqual({});
  });
});

describe('status', () => {
  it('is absent, installed or outdated, and counts what is not of orc', () => {
    expect(hooksStatus(users, ours)).toEqual({
      state: 'absent',
      events: [],
      foreignHooks: 2,
      isDisabled: false,
    });
    expect(hooksStatus(installHooks(users, ours), ours)).toMatchObject({
      state: 'installed',
      foreignHooks: 2,
    });
    const old = installHooks(users, settingsOf('/opt/orc/bin/orc-hook.cjs', '2.0.0'));
    expect(hooksStatus(old, ours).state).toBe('outdated');
    expect(hooksStatus(old)).toMatchObject({
      state: 'installed',
      events: expect.arrayContaining(['Stop']) as unknown,
    });
  });

  it('stays installed when the user adds hooks around it', () => {
    const installed = installHooks(users, ours) as { hooks: Record<string, unknown[]> };
    const { Stop = [], ...rest } = installed.hooks;
    const edited = { ...installed, hooks: { Stop: [...Stop, { hooks: [foreign] }], ...rest } };
    expect(hooksStatus(edited, ours).state).toBe('installed');
    expect(installHooks(edited, ours)).toBe(edited);
  });

  it('is outdated when the user made it run for some tools only', () => {
    const installed = installHooks({}, ours) as { hooks: Record<string, object[]> };
    const limited = {
      hooks: { ...installed.hooks, Stop: [{ ...installed.hooks['Stop']?.[0], matcher: 'Bash' }] },
    };
    expect(hooksStatus(limited, ours).state).toBe('outdated');
    expect(hooksStatus(installHooks(limited, ours), ours).state).toBe('installed');
  });

  it('tells when the file switches every hook off', () => {
    expect(hooksStatus({ disableAllHooks: true }).isDisabled).toBe(true);
  });

  it('refuses what is no settings', () => {
    expect(() => hooksStatus([])).toThrow(expect.objectContaining({ code: 'ORC_CLAUDE_HOOKS_BAD_SETTINGS' }));
  });
});
