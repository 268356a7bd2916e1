import { startModelApi } from './model/model-api.ts';
import type { WorldOptions } from './world.ts';

/** Who is measured: how its worlds are made, and how it is kept busy until it may rest. */
export interface Stage extends AsyncDisposable {
  readonly runtime: 'sim' | 'claude';
  readonly worldOptions: Pick<WorldOptions, 'scenario' | 'realClient' | 'allowed'>;
  /** From here on the developer makes no more tool calls. */
  rest(): void;
}

const TOOL_SECONDS = 0.3;
const TOOL = `sleep ${TOOL_SECONDS}`;

/** A developer that makes so many tool calls one after the other, and thinks for no time in between. */
export function stageSim(toolCalls: number): Stage {
  const turns = Array.from({ length: toolCalls }, () => ({ agent: 'developer', tools: [TOOL] }));
  return {
    runtime: 'sim',
    worldOptions: { scenario: { turns } },
    rest: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Claude Code itself, whose model is a script on loopback that answers at once. */
export async function stageRealClient(command: readonly string[], isBusyAtFirst: boolean): Promise<Stage> {
  let isBusy = isBusyAtFirst;
  const api = await startModelApi(({ opening }) =>
    isBusy && opening.includes('You are shop/developer')
      ? { tools: [{ name: 'Bash', input: { command: TOOL, description: 'Take a moment' } }] }
      : { text: 'Noted.' },
  );
  return {
    runtime: 'claude',
    worldOptions: { realClient: { command, modelApiUrl: api.url }, allowed: ['Bash(sleep:*)'] },
    rest: () => void (isBusy = false),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}
