import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Claude Code itself, against a scripted model API in place of the real one. */
export interface RealClient {
  /** Program and first arguments. */
  readonly command: readonly string[];
  readonly modelApiUrl: string;
}

/** Made up; the scripted API takes any. With it the client behaves as for a subscriber, limits included. */
const TOKEN = 'sk-ant-oat01-made-up';

/** What the client's environment holds, on top of a clean one: nothing of the machine's user is in it. */
export function realClientEnvironment({ modelApiUrl }: RealClient): Record<string, string> {
  return {
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    CLAUDE_CODE_OAUTH_TOKEN: TOKEN,
    ANTHROPIC_BASE_URL: modelApiUrl,
  };
}

/**
 * Makes a home in which the client has been used before, since its first-run screens insist on the real API.
 *
 * @param allowed rules of commands that it runs without asking
 */
export function prepareHome(home: string, allowed: readonly string[]): void {
  mkdirSync(join(home, '.claude'), { recursive: true });
  writeFileSync(join(home, '.claude.json'), JSON.stringify({ hasCompletedOnboarding: true }));
  writeFileSync(join(home, '.claude', 'settings.json'), JSON.stringify({ permissions: { allow: allowed } }));
}
