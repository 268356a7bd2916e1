import { AdmissionPolicy } from '@orc/admission';
import { EventLogConfig, SinkConfig } from '@orc/event-bus';
import { PubsubConfig } from '@orc/pubsub';
import { GitMonitorConfig } from '@orc/git-monitor';
import { RulesConfig } from '@orc/compliance-rules';
import { QueueConfig } from '@orc/queue';
import { RoutingConfig } from '@orc/routing';
import { CreditsConfig } from '../credits/config.ts';
import {
  ChannelPolicy,
  DeadlockPolicy,
  FailurePolicy,
  HealthPolicy,
  OrphanPolicy,
  RestartPolicy,
  UsageLimits,
} from '@orc/supervisor';
import { z } from 'zod';
import { ResumeConfig } from '../supervision/after-boot.ts';
import { LoggingConfig } from '../system/log-files.ts';
import { NumbersConfig } from '../numbers/config.ts';
import { ScheduleConfig } from '../schedule/config.ts';

const milliseconds = (fallback: number, what: string) =>
  z.int().min(10).max(86_400_000).default(fallback).describe(what);

/** Everything that can be set, with its default. Sections of a library are that library's own schema. */
export const DaemonConfig = z.strictObject({
  agents: z
    .strictObject({
      runtime: z
        .enum(['claude', 'sim'])
        .default('claude')
        .describe('What agents run: Claude Code, or the simulation of it.'),
      permissionMode: z
        .enum(['acceptEdits', 'auto', 'bypassPermissions', 'manual', 'dontAsk', 'plan'])
        .default('auto')
        .describe("Claude Code's permission mode. Bypass is never chosen unless you write it here."),
      model: z.string().nullable().default(null).describe("Model name; null leaves the client's own choice."),
      environment: z
        .record(z.string(), z.string())
        .default({})
        .describe('Variables that every agent gets on top of the ones orc passes on.'),
      readyMs: milliseconds(60_000, 'How long `up` waits for the first sign of life of an agent.'),
      stopMs: milliseconds(30_000, 'How long an agent may take to end before it is killed.'),
    })
    .prefault({}),
  claude: z
    .strictObject({
      command: z.array(z.string()).min(1).default(['claude']).describe('How Claude Code is started.'),
      configDirectory: z.string().nullable().default(null).describe('CLAUDE_CONFIG_DIR; null is ~/.claude.'),
    })
    .prefault({}),
  sim: z
    .strictObject({
      scenario: z
        .string()
        .nullable()
        .default(null)
        .describe('Scenario file that every simulated agent plays.'),
    })
    .prefault({}),
  team: z
    .strictObject({
      plan: z.string().default('max5').describe('Subscription that bounds the team.'),
      hub: z.enum(['orchestrator-hub', 'pm-hub']).default('orchestrator-hub').describe('Who reports go to.'),
    })
    .prefault({}),
  delivery: z
    .strictObject({
      waiters: z
        .boolean()
        .default(true)
        .describe('Keep a waiting hook per agent that wakes it without a key.'),
      stopDrainsMax: z.int().min(0).max(8).default(3).describe('Turns in a row that mail may prolong.'),
      nudgeAfterMs: milliseconds(
        3_000,
        'How long an idle agent without a waiter is left before a line is typed.',
      ),
      channels: ChannelPolicy.prefault({}),
      messagesPerHook: z.int().min(1).max(100).default(20).describe('Messages handed over at once.'),
    })
    .prefault({}),
  git: GitMonitorConfig.prefault({}),
  DISABLE_FAST_LANE: z
    .boolean()
    .default(false)
    .describe('True closes every fast lane of every project, whatever else is said.'),
  queue: QueueConfig.prefault({}),
  notices: SinkConfig.prefault({}),
  pubsub: PubsubConfig.prefault({}),
  events: EventLogConfig.prefault({}),
  admission: AdmissionPolicy.prefault({}),
  restarts: RestartPolicy.prefault({}),
  resume: ResumeConfig.prefault({}),
  routing: RoutingConfig.prefault({}),
  numbers: NumbersConfig.prefault({}),
  schedule: ScheduleConfig.prefault({}),
  supervision: z
    .strictObject({
      deadlocks: DeadlockPolicy.prefault({}),
      failures: FailurePolicy.prefault({}),
      health: HealthPolicy.prefault({}),
      orphans: OrphanPolicy.prefault({}),
      limits: UsageLimits.prefault({}).describe('What one agent and all that it started may use.'),
      totalLimits: UsageLimits.prefault({}).describe(
        'What all agents together may use; the action meets the largest, and starts wait for the memory.',
      ),
    })
    .prefault({}),
  credits: CreditsConfig.prefault({}),
  worktrees: z
    .strictObject({
      directory: z
        .string()
        .nullable()
        .default(null)
        .describe('null keeps them below ORC_HOME/registry/projects.'),
    })
    .prefault({}),
  rules: RulesConfig.prefault({}),
  logging: LoggingConfig.prefault({}),
});

export type DaemonConfig = z.infer<typeof DaemonConfig>;
