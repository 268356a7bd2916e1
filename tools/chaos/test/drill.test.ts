import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drillRow, groups, openGroup, type World } from '@orc/drill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orc } from '../src/orc.ts';

describe.each(groups.map((group) => [group.name, group] as const))('%s', (_, group) => {
  const hindrance = group.hindrance?.();
  if (hindrance !== undefined)
    process.stderr.write(`\n!!! NOT DRILLED in this run: ${group.name}, ${hindrance}\n\n`);
  // One world for all rows of the group, so it outlives each test.
  const directory = mkdtempSync(join(tmpdir(), 'orc-d-'));
  let world: World;
  beforeAll(async () => {
    if (hindrance === undefined) world = await openGroup(group, { directory: join(directory, 'w'), orc });
  });
  afterAll(async () => {
    if (hindrance === undefined) await world[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  it.skipIf(hindrance !== undefined).each(group.rows.map((row) => [row.fault, row] as const))(
    'keeps every promise: %s',
    async (fault, row) => {
      const drilled = await drillRow(row, world);
      process.stderr.write(`${drilled.name} (${drilled.ms} ms): ${drilled.text}\n`);
      expect(drilled).toMatchObject({ fault, outcome: 'kept' });
      expect(drilled.ledger?.problems).toEqual([]);
    },
  );
});
