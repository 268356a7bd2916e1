import type { Usage } from './records.ts';

/** Counts what the status line shows. Tokens are an estimate from characters; nothing here is billed by anybody. */
export interface Meter {
  readonly startedAt: number;
  readonly apiMs: number;
  readonly costUsd: number;
  /** `undefined` before the first answer and after a compaction or /clear. */
  readonly usage: Usage | undefined;
  /** How full the window is when a scenario says so, instead of the estimate. */
  contextTokens: number | undefined;
  addAnswer(usage: Usage, apiMs: number, costUsd: number): void;
  forget(): void;
}

export const contextWindowTokens = 1_000_000;
const systemPromptTokens = 2_600;
const charactersPerToken = 4;

export function createMeter(startedAt: number): Meter {
  let apiMs = 0;
  let costUsd = 0;
  let usage: Usage | undefined;
  return {
    startedAt,
    contextTokens: undefined,
    get apiMs() {
      return apiMs;
    },
    get costUsd() {
      return costUsd;
    },
    get usage() {
      return usage;
    },
    addAnswer(next, ms, usd) {
      usage = next;
      apiMs += ms;
      costUsd += usd;
    },
    forget() {
      usage = undefined;
      this.contextTokens = undefined;
    },
  };
}

export function estimateTokens(characters: number): number {
  return systemPromptTokens + Math.ceil(characters / charactersPerToken);
}
