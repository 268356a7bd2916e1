import { describe, expect, it } from 'vitest';
import {
  crashNotice,
  groupsOf,
  healthNotice,
  idleNotice,
  PubsubConfig,
  recoveryNotice,
  redactSecrets,
  typeOfTags,
  unresponsiveNotice,
} from './index.ts';

const config = PubsubConfig.parse({});

describe('who hears a group', () => {
  const listener = (role: string | null, isHub = false) => ({ name: `shop/${role}`, role, isHub });
  it.each([
    ['project-manager', false, ['management', 'team']],
    ['project-manager-2', false, ['management', 'team']],
    ['developer', false, ['team']],
    ['developer', true, ['management', 'team']],
    [null, false, []],
  ] as const)('%s (hub: %s) hears %j', (role, isHub, expected) => {
    expect(groupsOf(listener(role, isHub), config, [])).toEqual(expected);
  });

  it('is also who asked, and not who left', () => {
    const about = { project: 'shop', subscriber: 'shop/developer' };
    const subscriptions = [
      { ...about, group: 'releases', isWanted: true },
      { ...about, group: 'team', isWanted: false },
      { ...about, subscriber: 'shop/tester', group: 'other', isWanted: true },
    ];
    expect(groupsOf(listener('developer'), config, subscriptions)).toEqual(['releases']);
  });
});

describe('the notices of management', () => {
  it('read as its members know them', () => {
    expect(idleNotice('backend-dev:2', 15 * 60_000 + 500)).toEqual({
      text: '⚠️ HIGH PRIORITY Agent backend-dev:2 idle 15min - investigate or restart',
      tags: ['monitoring', 'health', 'idle'],
      priority: 'high',
    });
    const crash = { place: 'session:1', action: 'spawning replacement PM' };
    expect(crashNotice('shop/pm', { ...crash, isManager: true })).toEqual({
      text: '🚨 CRITICAL PM crash detected session:1 - spawning replacement PM',
      tags: ['recovery', 'critical', 'pm-management'],
      priority: 'critical',
    });
    expect(crashNotice('shop/dev', { ...crash, isManager: false }).priority).toBe('high');
    expect(healthNotice({ active: 3, idle: 0, troubles: [] })).toEqual({
      text: '📨 All agents healthy - 3 active, 0 idle, monitoring stable',
      tags: ['monitoring', 'status', 'health'],
      priority: 'normal',
    });
    expect(healthNotice({ active: 1, idle: 1, troubles: ['shop/dev crashed'] }).text).toContain(
      '1 need attention',
    );
    expect(recoveryNotice('shop/dev').tags).toContain('recovery');
  });

  it('never say that somebody was idle for no minutes', () => {
    expect(idleNotice('a', 10).text).toContain('idle 1min');
    expect(unresponsiveNotice('a', 10).text).toContain('for 1min');
  });

  it('are told apart by their tags', () => {
    expect(typeOfTags(['recovery', 'critical', 'pm-management'])).toBe('failure');
    expect(typeOfTags(['monitoring', 'health', 'idle'])).toBe('idle');
    expect(typeOfTags(['pm-response'])).toBe('message');
  });
});

describe('secrets', () => {
  it.each([
    [`use sk-${'a1'.repeat(12)} now`, 'use [hidden] now'],
    ['password: hunter2000', 'password: [hidden]'],
    ['API_KEY="abc def"', 'API_KEY=[hidden]'],
    ['the token of the queue', 'the token of the queue'],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc', '[hidden]'],
  ])('%j becomes %j', (text, expected) => {
    expect(redactSecrets(text)).toBe(expected);
  });
});
