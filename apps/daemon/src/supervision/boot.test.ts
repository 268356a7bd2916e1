import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEventBus } from '@orc/event-bus';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { expect, it } from 'vitest';
import { noteBoot } from './boot.ts';

/** A machine whose boot id the test writes, and what a daemon that starts on it sees. */
function makeMachine() {
  const directory = makeTempDirectory();
  const registry = openRegistry({ path: join(directory, 'orc.db') });
  const bus = createEventBus({ directory });
  onTeardown(() => [bus, registry].forEach((part) => part[Symbol.dispose]()));
  const events: string[] = [];
  bus.subscribe('*', ({ type }) => void events.push(type));
  const path = join(directory, 'boot_id');
  const look = (onReboot: () => void = () => undefined) =>
    noteBoot({ registry, bus, environment: { ORC_BOOT_ID_FILE: path } }, onReboot);
  return { events, look, boot: (id: string) => writeFileSync(path, `${id}\n`), forget: () => rmSync(path) };
}

it('tells a machine that was started anew from one that was not, once, and says so', () => {
  const { events, look, boot, forget } = makeMachine();
  boot('one');
  expect([look(), look()]).toEqual([false, false]);
  boot('two');
  expect([look(), look()]).toEqual([true, false]);
  expect(events).toEqual(['machine.rebooted']);
  forget();
  expect(look()).toBe(false);
});

it('a reboot is one until it was taken note of who ran', () => {
  const { look, boot } = makeMachine();
  const noted: string[] = [];
  boot('one');
  look(() => noted.push('no reboot'));
  boot('two');
  const failing = () => {
    throw new Error('SQLITE_BUSY: database is locked');
  };
  expect(() => look(failing)).toThrow('SQLITE_BUSY');
  expect(look(() => noted.push('who ran'))).toBe(true);
  expect(look(() => noted.push('again'))).toBe(false);
  expect(noted).toEqual(['who ran']);
});
