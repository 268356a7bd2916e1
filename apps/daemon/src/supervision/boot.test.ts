import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEventBus } from '@orc/event-bus';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { noteBoot } from './boot.ts';

it('tells a machine that was started anew from one that was not, once, and says so', () => {
  const directory = makeTempDirectory();
  using registry = openRegistry({ path: join(directory, 'orc.db') });
  using bus = createEventBus({ directory });
  const events: string[] = [];
  bus.subscribe('*', ({ type }) => void events.push(type));
  const path = join(directory, 'boot_id');
  const look = () => noteBoot({ registry, bus, environment: { ORC_BOOT_ID_FILE: path } });
  writeFileSync(path, 'one\n');
  expect([look(), look()]).toEqual([false, false]);
  writeFileSync(path, 'two\n');
  expect([look(), look()]).toEqual([true, false]);
  expect(events).toEqual(['machine.rebooted']);
  rmSync(path);
  expect(look()).toBe(false);
});
