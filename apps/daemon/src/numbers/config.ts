import { AlertRule } from '@orc/alerts';
import { z } from 'zod';

type RuleInput = z.input<typeof AlertRule>;

/**
 * What is told, and to whom. The numbers are those of the specification for work of seconds; agents work for
 * minutes at a task, so tasks have thresholds of their own (Z-34).
 */
const builtIn: RuleInput[] = [
  {
    name: 'bottleneck',
    metric: 'duration',
    exceptKinds: ['task'],
    above: 30_000,
    tell: 'project-manager',
    says: 'Bottleneck: {subject} takes {value} ms, more than {above}',
  },
  {
    name: 'slow',
    metric: 'duration',
    exceptKinds: ['task'],
    above: 60_000,
    says: '{subject} takes {value} ms, more than {above}',
  },
  {
    name: 'bottleneck-task',
    metric: 'duration',
    kinds: ['task'],
    above: 1_800_000,
    tell: 'project-manager',
    says: 'Bottleneck: task {subject} takes {value} ms, more than {above}',
  },
  {
    name: 'slow-task',
    metric: 'duration',
    kinds: ['task'],
    above: 3_600_000,
    says: 'Task {subject} takes {value} ms, more than {above}',
  },
  {
    name: 'p95',
    metric: 'p95',
    exceptKinds: ['task'],
    above: 30_000,
    says: 'Of what was finished in the last hour ({subject}), the slowest twentieth took {value} ms or more; the limit is {above}',
  },
  {
    name: 'p95-task',
    metric: 'p95',
    kinds: ['task'],
    above: 1_800_000,
    says: 'Of what was finished in the last hour ({subject}), the slowest twentieth took {value} ms or more; the limit is {above}',
  },
  {
    name: 'failures',
    metric: 'failures',
    above: 5,
    says: '{subject} has failed {value} times within an hour; {above} are too many',
  },
  {
    name: 'queue-depth',
    metric: 'depth',
    above: 100,
    severity: 'critical',
    says: 'The queue of {subject} holds {value} messages, more than {above}',
  },
];

export const NumbersConfig = z.strictObject({
  alerts: z
    .array(AlertRule)
    .max(100)
    .prefault(builtIn)
    .describe('What is told when it happens, once per episode.'),
  alertEveryMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe('How often alerts are judged; a bottleneck is found within five of these.'),
  windowMs: z
    .int()
    .min(60_000)
    .max(86_400_000)
    .default(3_600_000)
    .describe('How far back failures and durations count for alerts.'),
  metrics: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe(
          'Serve /metrics on loopback too; the unix socket always does. The token is in metrics.token.',
        ),
      port: z.int().min(0).max(65_535).default(9_464).describe('0 takes any free port.'),
    })
    .prefault({}),
  export: z
    .strictObject({
      file: z.string().nullable().default(null).describe('JSONL file that gets a line per completion.'),
      url: z.url().nullable().default(null).describe('Gets completions as a JSON array, by POST.'),
      everyMs: z.int().min(100).max(86_400_000).default(60_000).describe('How often.'),
    })
    .prefault({}),
});

export type NumbersConfig = z.infer<typeof NumbersConfig>;
