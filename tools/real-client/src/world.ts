import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '@orc/process';

/** A HOME, an ORC_HOME and an environment of its own: nothing of the machine's user is in it. */
export interface World {
  readonly home: string;
  readonly orcHome: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs `orc` and gives the JSON it printed. Throws with both streams when it did not exit 0. */
  orc<Value = unknown>(...words: string[]): Promise<Value>;
}

export interface WorldOptions {
  readonly directory: string;
  /** Path of the client's native program. */
  readonly client: string;
  readonly modelApiUrl: string;
}

/** Made up; the scripted API takes any. */
const API_KEY = 'sk-ant-test-0000-0000-0000';
const CLI = join(import.meta.dirname, '..', '..', '..', 'apps', 'cli', 'bin', 'orc.js');

/** Prepares a world in which the real client can only reach the scripted model API on loopback. */
export function makeWorld({ directory, client, modelApiUrl }: WorldOptions): World {
  const home = join(directory, 'home');
  const orcHome = join(directory, 'orc');
  mkdirSync(home, { recursive: true });
  mkdirSync(orcHome, { recursive: true, mode: 0o700 });
  const path = ['/usr/local/bin', '/usr/bin', '/bin', dirname(process.execPath)];
  const environment = {
    HOME: home,
    ORC_HOME: orcHome,
    PATH: [...new Set(path)].join(':'),
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    IS_SANDBOX: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    ANTHROPIC_API_KEY: API_KEY,
    ANTHROPIC_BASE_URL: modelApiUrl,
  };
  // Tool calls are scripted here, so nobody is there to allow them; the config says so in writing.
  const config = { claude: { command: [client] }, agents: { permissionMode: 'bypassPermissions' } };
  writeFileSync(join(orcHome, 'config.yaml'), JSON.stringify(config, null, 2));
  return {
    home,
    orcHome,
    environment,
    async orc<Value>(...words: string[]) {
      const result = await run(process.execPath, [CLI, ...words, '--json'], {
        cwd: home,
        env: environment,
        timeoutMs: 120_000,
      });
      if (result.exitCode !== 0)
        throw new Error(
          `orc ${words.join(' ')} ended with ${result.exitCode}\n${result.stdout}\n${result.stderr}`,
        );
      return JSON.parse(result.stdout) as Value;
    },
  };
}
