import { describe, expect, it } from 'vitest';
import { formatTaskEvent } from '../task-events.ts';
import { formatAgentMetrics, formatBottlenecks, formatMs } from './numbers.ts';

const nothing = { count: 0, averageMs: null, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null };

describe('the formats of D-08', () => {
  it('of bottlenecks: the slowest first, then p50, p95 and p99', () => {
    const slowest = [
      {
        id: 'shop.t-1',
        agent: 'shop/developer',
        kind: 'task',
        durationMs: 45_000,
        finishedAt: 1,
        title: 'Write it',
      },
      { id: 'm2', agent: 'shop/architect', kind: 'question', durationMs: 32_000, finishedAt: 1, title: '' },
    ];
    const duration = { ...nothing, p50Ms: 1_200, p95Ms: 15_000, p99Ms: 32_000 };
    expect(formatBottlenecks({ slowest, duration })).toBe(
      [
        'Top 10 Slowest Tasks:',
        '1. shop.t-1 (shop/developer): 45,000ms - Write it',
        '2. m2 (shop/architect): 32,000ms - question',
        'Performance Metrics:',
        '- p50: 1,200ms',
        '- p95: 15,000ms',
        '- p99: 32,000ms',
      ].join('\n'),
    );
    expect(formatBottlenecks({ slowest: [], duration: nothing })).toContain('- p50: none yet');
  });

  it('of metrics: completed, failed, average, p95, and depth by high, normal and low', () => {
    expect(
      formatAgentMetrics({
        ...{ agent: 'shop/developer', depth: 5, depthByLevel: { high: 2, normal: 2, low: 1 }, oldestAt: 1 },
        ...{ isParked: false, completed: 156, failed: 3, averageMs: 2_300.4, p95Ms: 8_500 },
      }),
    ).toBe(
      [
        'shop/developer Performance:',
        '- Tasks completed: 156',
        '- Tasks failed: 3',
        '- Average duration: 2,300ms',
        '- p95 duration: 8,500ms',
        '- Current queue depth: 5 (high: 2, normal: 2, low: 1)',
      ].join('\n'),
    );
  });

  it.each([
    ['message.queued', { kind: 'task', priority: 5 }, 'task_queued: shop/architect.task (priority=5)'],
    ['message.started', { kind: 'task' }, 'task_started: shop/architect.task'],
    [
      'message.finished',
      { kind: 'task', durationMs: 155_000 },
      'task_completed: shop/architect.task (duration=155,000ms)',
    ],
    ['message.failed', { kind: 'task', durationMs: null }, 'task_failed: shop/architect.task'],
  ])('of the event %s', (type, data, text) => {
    const at = new Date(2030, 0, 7, 10, 32, 45).getTime();
    const event = {
      id: 'e',
      at,
      type,
      severity: 'info',
      source: 'ledger',
      agent: 'shop/architect',
      data,
    } as const;
    expect(formatTaskEvent(event)).toBe(`[10:32:45] ${text}`);
  });

  it('of a length of time is the same everywhere', () => {
    expect([formatMs(1_234_567.8), formatMs(0), formatMs(null)]).toEqual(['1,234,568ms', '0ms', 'none yet']);
  });
});
