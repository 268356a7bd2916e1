import { readFileSync } from 'node:fs';
import type { Parts } from '../parts.ts';

const KERNEL_BOOT_ID = '/proc/sys/kernel/random/boot_id';
const LAST_BOOT = 'boot.id';

/**
 * Whether the machine was started anew since a daemon last ran here. Then everything that ran is gone, and
 * nothing of it has crashed. Where the system has no boot id, the answer is no.
 *
 * `onReboot` takes note of what follows from one. It is called before the boot is noted, so that a daemon that
 * is killed in between is followed by one that sees the same reboot: it has to be repeatable.
 */
export function noteBoot(
  { registry, environment, bus }: Pick<Parts, 'registry' | 'environment' | 'bus'>,
  onReboot: () => void,
): boolean {
  const now = readBootId(environment.ORC_BOOT_ID_FILE ?? KERNEL_BOOT_ID);
  const before = registry.getValue(LAST_BOOT);
  if (now === undefined || now === before) return false;
  const isReboot = before !== undefined;
  if (isReboot) {
    onReboot();
    bus.publish('machine.rebooted', { before, now }, { source: 'supervision', severity: 'notice' });
  }
  registry.setValue(LAST_BOOT, now);
  return isReboot;
}

function readBootId(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
