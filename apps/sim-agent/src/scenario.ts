import { readFileSync } from 'node:fs';
import { describeError, isOrcError } from '@orc/errors';
import { errors } from './errors.ts';
import { isRecord } from './json.ts';

export const faultKinds = [
  'trustDialog',
  'apiKeyDialog',
  'bypassDialog',
  'permissionDialog',
  'slowStart',
  'exitOnStart',
  'missingHooks',
  'swallowEnter',
  'lostStop',
  'dropContext',
  'crash',
  'hang',
  'compaction',
  'limit',
  'apiError',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Something that goes wrong on purpose. Which keys a kind takes is checked when the file is read. */
export interface Fault {
  readonly kind: FaultKind;
  /** An agent id or a role; without it the fault is everybody's. */
  readonly agent?: string;
  /** How often it happens to one agent, restarts included. Default 1. */
  readonly times?: number | 'always';
  /** Not before this many turns, or tool calls, of this process are over. */
  readonly afterTurns?: number;
  readonly afterTools?: number;
  /** Not before this text is in what the model is given. */
  readonly onMessage?: string;
  readonly ms?: number;
  readonly count?: number;
  readonly signal?: NodeJS.Signals;
  readonly exitCode?: number;
  readonly text?: string;
  readonly isFrozen?: boolean;
  readonly resetsAt?: number;
  readonly inMs?: number;
  readonly autoResume?: boolean;
  readonly resumeDelayMs?: number;
  readonly limitType?: 'five_hour' | 'seven_day';
  readonly error?: string;
  readonly status?: number;
  readonly details?: string;
  readonly retryMs?: number;
  /** The hook event whose additional context is read and not used. */
  readonly event?: string;
}

export interface ScriptedTool {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** One answer of the "model", played instead of the brain's. */
export interface ScriptedTurn {
  readonly agent?: string;
  /** Waits for this text in what the model is newly given; turns without it are played in their order. */
  readonly onMessage?: string;
  /** The answer is held until this file is there. */
  readonly heldBy?: string;
  /** Its calls ask a person first. */
  readonly isAsking?: boolean;
  readonly text: string;
  readonly tools: readonly ScriptedTool[];
  readonly delayMs?: number;
  /** Sets how full the context window is from here on. */
  readonly inputTokens?: number;
}

export interface RateLimits {
  readonly fiveHourPercent: number;
  readonly sevenDayPercent: number;
  /** Epoch seconds. */
  readonly resetsAt: number;
}

export interface Scenario {
  readonly turns: readonly ScriptedTurn[];
  readonly faults: readonly Fault[];
  /** Bounds of the time before each answer. */
  readonly thinkMs: readonly [number, number];
  /** Added to each tool call. */
  readonly toolMs: number;
  readonly placeholder: string | undefined;
  readonly rateLimits: RateLimits | undefined;
  readonly costPerAnswerUsd: number;
  readonly idleNotificationMs: number;
  readonly permissionNotificationMs: number;
}

export const defaultScenario: Scenario = {
  turns: [],
  faults: [],
  thinkMs: [300, 600],
  toolMs: 0,
  placeholder: undefined,
  rateLimits: undefined,
  costPerAnswerUsd: 0,
  idleNotificationMs: 60_000,
  permissionNotificationMs: 6_000,
};

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const isAmount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isFlag: Check = (value) => typeof value === 'boolean';
const isOneOf =
  (...choices: readonly unknown[]): Check =>
  (value) =>
    choices.includes(value);

const anyFault: Record<string, Check> = {
  kind: isOneOf(...faultKinds),
  agent: isText,
  times: (value) => value === 'always' || (isCount(value) && value !== 0),
};
const triggers: Record<string, Check> = { afterTurns: isCount, afterTools: isCount, onMessage: isText };
const limitKeys: Record<string, Check> = {
  resetsAt: isAmount,
  inMs: isAmount,
  autoResume: isFlag,
  resumeDelayMs: isAmount,
  limitType: isOneOf('five_hour', 'seven_day'),
};
const faultKeys: Record<FaultKind, Record<string, Check>> = {
  trustDialog: {},
  apiKeyDialog: {},
  bypassDialog: {},
  permissionDialog: triggers,
  slowStart: { ms: isAmount },
  exitOnStart: { exitCode: isCount, text: isText },
  missingHooks: {},
  swallowEnter: { count: isCount },
  lostStop: { count: isCount },
  dropContext: { event: isText },
  crash: {
    ...triggers,
    exitCode: isCount,
    signal: (value) => typeof value === 'string' && /^SIG[A-Z]+$/.test(value),
  },
  hang: { ...triggers, isFrozen: isFlag },
  compaction: triggers,
  limit: { ...triggers, ...limitKeys },
  apiError: { ...triggers, error: isText, status: isCount, text: isText, details: isText, retryMs: isAmount },
};
const turnKeys: Record<string, Check> = {
  agent: isText,
  onMessage: isText,
  heldBy: isText,
  isAsking: isFlag,
  text: isText,
  tools: Array.isArray,
  delayMs: isAmount,
  inputTokens: isCount,
};
const scenarioKeys: Record<string, Check> = {
  turns: Array.isArray,
  faults: Array.isArray,
  thinkMs: (value) =>
    isAmount(value) || (Array.isArray(value) && value.length === 2 && value.every(isAmount)),
  toolMs: isAmount,
  placeholder: isText,
  rateLimits: isRecord,
  costPerAnswerUsd: isAmount,
  idleNotificationMs: isAmount,
  permissionNotificationMs: isAmount,
};
const rateLimitKeys: Record<string, Check> = {
  fiveHourPercent: isAmount,
  sevenDayPercent: isAmount,
  resetsAt: isAmount,
};

/** @throws ORC_SIM_AGENT_BAD_SCENARIO with the key that is wrong, also for a key that does not exist */
export function readScenario(path: string): Scenario {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw errors.badScenario(path, describeError(error));
  }
  return parseScenario(path, text);
}

/** @throws ORC_SIM_AGENT_BAD_SCENARIO */
export function parseScenario(path: string, text: string): Scenario {
  try {
    const value = check('the file', JSON.parse(text), scenarioKeys);
    const list = (key: string) => (value[key] ?? []) as unknown[];
    const faults = list('faults').map((fault, index) => checkFault(`faults[${index}]`, fault));
    const turns = list('turns').map((turn, index) => checkTurn(`turns[${index}]`, turn));
    const think = value['thinkMs'] ?? defaultScenario.thinkMs;
    if (value['rateLimits'] !== undefined)
      check('rateLimits', value['rateLimits'], rateLimitKeys, Object.keys(rateLimitKeys));
    return {
      ...defaultScenario,
      ...value,
      faults,
      turns,
      thinkMs: (Array.isArray(think) ? think : [think, think]) as [number, number],
    };
  } catch (error) {
    if (isOrcError(error)) throw error;
    throw errors.badScenario(path, describeError(error));
  }
}

function check(
  where: string,
  value: unknown,
  keys: Readonly<Record<string, Check>>,
  required: readonly string[] = [],
): Record<string, unknown> {
  if (!isRecord(value)) throw new Error(`${where} must be an object`);
  for (const [key, item] of Object.entries(value)) {
    const isValid = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (!isValid)
      throw new Error(`${where} has no key "${key}"; it takes ${Object.keys(keys).join(', ') || 'none'}`);
    if (!isValid(item)) throw new Error(`${where}.${key} cannot be ${JSON.stringify(item)}`);
  }
  for (const key of required) if (value[key] === undefined) throw new Error(`${where}.${key} is missing`);
  return value;
}

function checkFault(where: string, value: unknown): Fault {
  const kind = faultKinds.find((known) => isRecord(value) && value['kind'] === known);
  if (!kind) throw new Error(`${where}.kind must be one of ${faultKinds.join(', ')}`);
  return check(where, value, { ...anyFault, ...faultKeys[kind] }) as unknown as Fault;
}

function checkTurn(where: string, value: unknown): ScriptedTurn {
  const turn = check(where, value, turnKeys);
  const tools = ((turn['tools'] ?? []) as unknown[]).map((tool, index): ScriptedTool => {
    const at = `${where}.tools[${index}]`;
    if (isText(tool)) return { tool: 'Bash', input: { command: tool } };
    const checked = check(at, tool, { tool: isText, input: isRecord }, ['tool', 'input']);
    return checked as unknown as ScriptedTool;
  });
  return { text: '', ...turn, tools };
}
