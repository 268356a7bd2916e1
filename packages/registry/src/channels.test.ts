import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { openRegistry } from './registry.ts';

const stop = { runtime: 'claude', version: '2.1.329', channel: 'Stop' };

it('keeps what came of each channel of each version of a client, over a restart', () => {
  const path = join(makeTempDirectory(), 'orc.db');
  {
    using registry = openRegistry({ path });
    registry.noteChannel({ ...stop, outcome: 'silent', at: 100 });
    registry.noteChannel({ ...stop, outcome: 'dropped', at: 200 });
    registry.noteChannel({ ...stop, version: '2.1.330', outcome: 'proved', at: 300 });
  }
  using registry = openRegistry({ path });
  expect(registry.channels()).toEqual([
    {
      ...stop,
      proofs: 0,
      failures: 2,
      failuresInRow: 2,
      provedAt: null,
      failedAt: 200,
      failure: 'dropped',
    },
    {
      ...stop,
      version: '2.1.330',
      proofs: 1,
      failures: 0,
      failuresInRow: 0,
      provedAt: 300,
      failedAt: null,
      failure: null,
    },
  ]);
});

it('begins to count failures anew after a proof, and remembers the last one', () => {
  using registry = openRegistry({ path: ':memory:' });
  registry.noteChannel({ ...stop, outcome: 'silent', at: 100 });
  const proved = registry.noteChannel({ ...stop, outcome: 'proved', at: 200 });
  expect(proved).toMatchObject({ failures: 1, failuresInRow: 0, failedAt: 100, provedAt: 200 });
});

it('refuses an outcome that it does not know', () => {
  using registry = openRegistry({ path: ':memory:' });
  expect(() => registry.noteChannel({ ...stop, outcome: 'fine' as 'proved', at: 1 })).toThrow(
    expect.objectContaining({ code: 'ORC_REGISTRY_INVALID' }),
  );
  expect(registry.channels()).toEqual([]);
});
