import { errors } from './errors.ts';

interface Setting {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly description: string;
}

const hourMs = 3_600_000;

/** Every number that can be set. The zod schema of `config-schema.ts` is made from it, so there is one truth. */
export const settings = {
  leaseMs: {
    default: 60_000,
    min: 100,
    max: hourMs,
    description: 'How long leased messages stay with their worker.',
  },
  evidenceMs: {
    default: 15_000,
    min: 100,
    max: hourMs,
    description: 'How long an injected message may go without being accepted before another channel gets it.',
  },
  attemptsMax: {
    default: 5,
    min: 1,
    max: 100,
    description: 'Failed deliveries after which a message is dead.',
  },
  bodyBytesMax: {
    default: 1_048_576,
    min: 1,
    max: 67_108_864,
    description: 'The longest body, in bytes of UTF-8.',
  },
  depthMax: {
    default: 1_000,
    min: 1,
    max: 1_000_000,
    description: 'Undelivered messages of one recipient from which priorities below 50 are refused.',
  },
  depthAlert: {
    default: 100,
    min: 1,
    max: 1_000_000,
    description: 'Undelivered messages that make a recipient crowded.',
  },
  finishedMax: {
    default: 10_000,
    min: 0,
    max: 10_000_000,
    description: 'Finished messages that `prune` keeps.',
  },
  retainMs: {
    default: hourMs,
    min: 0,
    max: 365 * 24 * hourMs,
    description:
      'How long a finished message is kept whatever the number, so that readers of transitions can catch up.',
  },
  busyTimeoutMs: {
    default: 5_000,
    min: 0,
    max: 600_000,
    description: 'How long a call waits for the lock of another process.',
  },
} as const satisfies Record<string, Setting>;

type SettingName = keyof typeof settings;

export type QueueSettings = Readonly<Record<SettingName, number>>;
export type QueueConfigInput = Partial<Readonly<Record<SettingName, number | undefined>>>;

/** Fills in the defaults. Checked by hand: a hook that opens the queue must not pay for loading zod. */
export function parseSettings(input: Readonly<Record<string, unknown>>): QueueSettings {
  const problems: string[] = [];
  const parsed: Record<string, number> = {};
  for (const name of Object.keys(input))
    if (name !== 'path' && !Object.hasOwn(settings, name)) problems.push(`"${name}" is no setting`);
  for (const [name, { default: byDefault, min, max }] of Object.entries(settings)) {
    const value = input[name] ?? byDefault;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
      parsed[name] = value;
    else problems.push(`"${name}" must be a whole number from ${min} to ${max}`);
  }
  if (problems.length > 0) throw errors.badConfig(problems);
  return parsed as QueueSettings;
}
