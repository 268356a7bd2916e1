import { describe, expect, it } from 'vitest';
import { QueueConfig } from './config-schema.ts';
import { parseSettings, settings } from './config.ts';
import { openQueue } from './queue.ts';

describe('the configuration', () => {
  it('fills in every default, also where undefined was given', () => {
    expect(parseSettings({ leaseMs: undefined, attemptsMax: 3 })).toMatchObject({
      leaseMs: 60_000,
      evidenceMs: 15_000,
      attemptsMax: 3,
      bodyBytesMax: 1_048_576,
      depthMax: 1_000,
      finishedMax: 10_000,
    });
  });

  it.each(Object.entries(settings))('keeps %s inside its bounds', (name, { min, max }) => {
    expect(parseSettings({ [name]: min })).toHaveProperty(name, min);
    expect(parseSettings({ [name]: max })).toHaveProperty(name, max);
    for (const value of [min - 1, max + 1, min + 0.5, String(min), Number.NaN])
      expect(() => parseSettings({ [name]: value })).toThrow(
        expect.objectContaining({ code: 'ORC_QUEUE_BAD_CONFIG' }),
      );
  });

  it('refuses a setting that does not exist, and names it', () => {
    expect(() => parseSettings({ leaseSeconds: 1 })).toThrow(/"leaseSeconds" is no setting/);
  });

  it('refuses a queue without a path', () => {
    expect(() => openQueue({ path: '' })).toThrow(expect.objectContaining({ code: 'ORC_QUEUE_BAD_CONFIG' }));
  });

  it('is the same for zod as for openQueue', () => {
    expect(QueueConfig.parse({})).toEqual(parseSettings({}));
    expect(QueueConfig.safeParse({ attemptsMax: 0 }).success).toBe(false);
    expect(QueueConfig.safeParse({ unknown: 1 }).success).toBe(false);
  });
});
