import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointFileName, composeActivitySummary, composeCheckpoint, type Activity } from './index.ts';

const nothing: Activity = { tasks: [], commits: [], sent: [], read: [], actions: [] };
const some: Activity = {
  tasks: [{ id: 'shop.t1', title: 'Write the price list', became: 'started' }],
  commits: ['Progress: prices have a currency'],
  sent: [{ to: 'shop/tester', text: 'The list is ready' }],
  read: [{ from: 'user', text: 'Prices are in euros' }],
  actions: ['npm test', 'Edit src/prices.ts'],
};

describe('composeActivitySummary', () => {
  it('says what was done, written, read and run', () => {
    expect(composeActivitySummary(some).split('\n')).toEqual([
      'Tasks: shop.t1 Write the price list (started).',
      'Commits: Progress: prices have a currency.',
      'You wrote: to shop/tester: The list is ready.',
      'You read: from user: Prices are in euros.',
      'Your last commands: npm test; Edit src/prices.ts.',
    ]);
  });

  it('is empty when nothing has happened', () => {
    expect(composeActivitySummary(nothing)).toBe('');
  });

  it('counts what it leaves out, and keeps its length and its lines whatever the texts', () => {
    const many = { ...nothing, commits: Array.from({ length: 30 }, (_, index) => `commit ${index}`) };
    expect(composeActivitySummary(many)).toContain('; and 22 more');
    const texts = fc.array(fc.string({ maxLength: 400 }), { maxLength: 50 });
    fc.assert(
      fc.property(texts, texts, (commits, actions) => {
        const text = composeActivitySummary({ ...some, commits, actions });
        expect(text.length).toBeLessThanOrEqual(1_800);
        expect(text.split('\n').length).toBeLessThanOrEqual(5);
        expect(text).not.toContain('[orc:');
      }),
    );
  });
});

describe('a checkpoint', () => {
  const at = Date.UTC(2030, 0, 2, 3, 4, 5);

  it('has the name that is looked for', () => {
    expect(checkpointFileName('project-manager', at)).toBe('PROJECT_MANAGER_CHECKPOINT_20300102_0304.md');
    expect(checkpointFileName('developer-2', at)).toBe('DEVELOPER_2_CHECKPOINT_20300102_0304.md');
  });

  it('holds task, branch, recent work and next steps', () => {
    const text = composeCheckpoint({
      agentId: 'shop/developer',
      reason: 'a compaction begins',
      at,
      branch: 'feature/shop-developer',
      task: { id: 'shop.t1', title: 'Write the price list' },
      gitStatus: { branch: 'feature/shop-developer', ahead: 2, dirtyFiles: ['src/prices.ts'] },
      activitySummary: composeActivitySummary(some),
      nextSteps: ['Answer shop/tester on m1'],
    });
    expect(text.match(/^#+ .*/gm)).toEqual([
      '# Checkpoint of shop/developer',
      '## Current Task',
      '## Branch',
      '## Recent Work',
      '## Next Steps',
    ]);
    expect(text).toContain('src/prices.ts');
    expect(text).toContain('Answer shop/tester on m1');
  });

  it('says so where there is nothing', () => {
    const text = composeCheckpoint({
      agentId: 'shop/developer',
      reason: 'asked for',
      at,
      branch: null,
      task: null,
      gitStatus: null,
      activitySummary: '',
      nextSteps: [],
    });
    expect(text).toContain('No task is open.');
    expect(text).toContain('Nothing is on record.');
  });
});
