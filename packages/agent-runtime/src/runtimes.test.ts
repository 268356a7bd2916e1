import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createClaudeRuntime, createSimRuntime, type ClaudeRuntimeOptions } from './runtimes.ts';
import type { LaunchRequest } from './types.ts';

/** A program that prints its arguments and environment, or what it is told to print for its version. */
function makeProgram(script: string): string {
  const path = join(makeTempDirectory(), 'program');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const PATH = '/usr/local/bin:/usr/bin:/bin';

function makeRuntime(options: Partial<ClaudeRuntimeOptions> = {}) {
  const homeDirectory = makeTempDirectory();
  const runtime = createClaudeRuntime({
    command: ['claude'],
    homeDirectory,
    environment: { PATH },
    isRoot: false,
    ...options,
  });
  const readConfig = () =>
    JSON.parse(readFileSync(join(homeDirectory, '.claude.json'), 'utf8')) as Record<string, unknown>;
  return { runtime, homeDirectory, readConfig };
}

const request: LaunchRequest = {
  agentId: 'shop/developer',
  settingsPath: '/orc/agents/shop/developer/settings.json',
  prompt: 'You are the developer.',
  permissionMode: 'acceptEdits',
};

describe('detect', () => {
  it('says which version is installed', async () => {
    const program = makeProgram('[ "$1" = --version ] && echo "2.1.329 (Claude Code)"');
    expect(await makeRuntime({ command: [program] }).runtime.detect()).toEqual({
      isInstalled: true,
      version: '2.1.329',
    });
  });

  it('names both ways on when the client is not installed', async () => {
    const detection = await makeRuntime({ command: ['no-such-client'] }).runtime.detect();
    expect(detection).toMatchObject({ isInstalled: false, error: { code: 'ORC_RUNTIME_NOT_INSTALLED' } });
    const message = detection.isInstalled ? '' : detection.error.message;
    expect(message).toContain('npm install --global @anthropic-ai/claude-code');
    expect(message).toContain('--runtime sim');
  });

  it.each([
    ['fails', 'echo "no libc" >&2; exit 3', 'no libc'],
    ['prints no version', 'echo hello', 'no version'],
    ['prints without end', 'yes', 'more than'],
  ])('says that a program is broken that %s', async (_, script, problem) => {
    const { runtime } = makeRuntime({ command: [makeProgram(script)] });
    expect(await runtime.detect()).toMatchObject({
      isInstalled: false,
      error: { code: 'ORC_RUNTIME_BROKEN', message: expect.stringContaining(problem) as string },
    });
  });

  it('says that a program is broken that cannot be executed', async () => {
    const program = makeProgram('exit 0');
    chmodSync(program, 0o644);
    expect(await makeRuntime({ command: [program] }).runtime.detect()).toMatchObject({
      error: { code: 'ORC_RUNTIME_BROKEN' },
    });
  });

  it('asks in the environment of the agents, not in that of the caller', async () => {
    const program = makeProgram('echo "1.0.0-$CLAUDE_CODE_SESSION_ID$LANG"');
    const environment = { PATH, LANG: 'C.UTF-8', CLAUDE_CODE_SESSION_ID: 'mine' };
    expect(await makeRuntime({ command: [program], environment }).runtime.detect()).toMatchObject({
      version: '1.0.0-C.UTF-8',
    });
  });
});

describe('prepare', () => {
  it('trusts the worktrees by their real paths', async () => {
    const { runtime, homeDirectory, readConfig } = makeRuntime();
    mkdirSync(join(homeDirectory, 'trees'));
    symlinkSync(join(homeDirectory, 'trees'), join(homeDirectory, 'link'));
    expect(
      await runtime.prepare({ directories: [join(homeDirectory, 'link'), '/not/there/yet'] }),
    ).toMatchObject({ changed: true });
    expect(Object.keys(readConfig()['projects'] as object)).toEqual([
      join(homeDirectory, 'trees'),
      '/not/there/yet',
    ]);
    expect(readConfig()).not.toHaveProperty('hasCompletedOnboarding');
  });

  it('approves the key that the agents will have', async () => {
    const { runtime, readConfig } = makeRuntime({
      environment: { PATH, ANTHROPIC_API_KEY: 'sk-ant-test-0000' },
    });
    await runtime.prepare({ directories: [] });
    expect(readConfig()).toMatchObject({
      hasCompletedOnboarding: true,
      customApiKeyResponses: { approved: ['sk-ant-test-0000'] },
    });
  });

  it('writes where the client looks when its configuration was moved', async () => {
    const directory = makeTempDirectory();
    const { runtime } = makeRuntime({ environment: { PATH, CLAUDE_CONFIG_DIR: directory } });
    await runtime.prepare({ directories: ['/trees/a'] });
    expect(readFileSync(join(directory, '.claude.json'), 'utf8')).toContain('/trees/a');
    expect(runtime.configDirectory).toBe(directory);
  });

  it('has nothing to do for the simulation', async () => {
    const homeDirectory = makeTempDirectory();
    const sim = createSimRuntime({ command: ['sim'], homeDirectory, environment: {} });
    expect(await sim.prepare({ directories: ['/trees/a'] })).toEqual({ changed: false, notes: [] });
    expect(sim.isSimulation).toBe(true);
    expect(sim.configDirectory).toBe(join(homeDirectory, '.claude'));
  });
});

describe('launch', () => {
  it('says exactly what to execute', () => {
    const { runtime, homeDirectory } = makeRuntime({ command: ['node', 'claude.js'] });
    const spec = runtime.launch({
      ...request,
      mcpConfigPath: '/orc/agents/shop/developer/mcp.json',
      model: 'opus',
      resumeSessionId: '5c24fd0c-81b7-4cbf-842d-86602215bb01',
      environment: { ORC_HOME: '/orc', ORC_TOKEN_FILE: '/orc/agents/shop/developer/token' },
    });
    expect(spec).toEqual({
      argv: [
        'node',
        'claude.js',
        '--mcp-config',
        '/orc/agents/shop/developer/mcp.json',
        '--disallowedTools',
        'SendMessage,ListAgents',
        '--settings',
        '/orc/agents/shop/developer/settings.json',
        '--permission-mode',
        'acceptEdits',
        '--name',
        'shop/developer',
        '--model',
        'opus',
        '--resume',
        '5c24fd0c-81b7-4cbf-842d-86602215bb01',
        '--',
        'You are the developer.',
      ],
      env: {
        HOME: homeDirectory,
        PATH,
        DISABLE_AUTOUPDATER: '1',
        ORC_AGENT: 'shop/developer',
        ORC_HOME: '/orc',
        ORC_TOKEN_FILE: '/orc/agents/shop/developer/token',
      },
      warnings: [],
    });
  });

  it('answers one prompt without a screen when it is asked to', () => {
    const sessionId = '5c24fd0c-81b7-4cbf-842d-86602215bb01';
    const { argv } = makeRuntime().runtime.launch({ ...request, printOnce: { sessionId } });
    expect(argv.slice(-5)).toEqual(['-p', '--session-id', sessionId, '--', 'You are the developer.']);
  });

  it('starts an idle session without a prompt', () => {
    const { prompt: _, ...rest } = request;
    expect(makeRuntime().runtime.launch(rest).argv).not.toContain('--');
  });

  it.each([
    ['an option', '--dangerously-skip-permissions'],
    ['the syntax of a shell', '$(touch /tmp/owned); `id` && "quotes" \'single\' \\ | > < * ?'],
    ['several lines', 'one\n\ttwo\r\nthree'],
    ['other letters', 'Überprüfe die 漢字 😀'],
    ['the end of all options', '--'],
  ])('hands over a prompt that looks like %s as it is', (_, prompt) => {
    const program = makeProgram('eval "last=\\${$#}"; printf %s "$last" > "$ORC_OUT"');
    const { runtime } = makeRuntime({ command: [program] });
    const out = join(makeTempDirectory(), 'out');
    const { argv, env } = runtime.launch({ ...request, prompt, environment: { ORC_OUT: out } });
    expect(argv.at(-2)).toBe('--');
    execFileSync(argv[0] ?? '', argv.slice(1), { env });
    expect(readFileSync(out, 'utf8')).toBe(prompt);
  });

  it('leaves nothing of the session that starts it in the environment, and names the agent', () => {
    const environment = {
      PATH,
      ORC_AGENT: 'shop/orchestrator',
      ORC_TOKEN_FILE: '/other',
      CLAUDECODE: '1',
      TMUX: 'x',
    };
    const { env } = makeRuntime({ environment, pathFirst: ['/orc/bin'] }).runtime.launch(request);
    expect(env).toMatchObject({ ORC_AGENT: 'shop/developer', PATH: `/orc/bin:${PATH}` });
    expect(Object.keys(env).sort()).toEqual(['DISABLE_AUTOUPDATER', 'HOME', 'ORC_AGENT', 'PATH']);
  });

  it("withholds the client's own ways around the ledger, unless they are wanted", () => {
    const environment = { PATH, CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: '1' };
    const off = makeRuntime({ environment }).runtime.launch(request);
    expect(off.argv).toContain('SendMessage,ListAgents');
    expect(off.env).not.toHaveProperty('CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS');
    const on = makeRuntime({ environment, ownMessaging: 'on' }).runtime.launch(request);
    expect(on.argv).not.toContain('--disallowedTools');
    expect(on.env['CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS']).toBe('1');
  });

  it('lets the operator keep the updates on', () => {
    const { env } = makeRuntime({ environment: { PATH, DISABLE_AUTOUPDATER: '0' } }).runtime.launch(request);
    expect(env['DISABLE_AUTOUPDATER']).toBe('0');
  });

  it('starts the simulation with the same arguments', () => {
    const sim = createSimRuntime({
      command: ['node', 'sim.js'],
      homeDirectory: '/home/ada',
      environment: { PATH },
      configDirectory: '/orc/sim',
    });
    const { argv, env } = sim.launch(request);
    expect(argv).toEqual([
      'node',
      'sim.js',
      '--settings',
      request.settingsPath,
      '--permission-mode',
      'acceptEdits',
      '--name',
      'shop/developer',
      '--',
      request.prompt,
    ]);
    expect(env['CLAUDE_CONFIG_DIR']).toBe('/orc/sim');
  });

  it.each([
    ['a relative settings path', { settingsPath: 'settings.json' }],
    ['a relative path of MCP servers', { mcpConfigPath: './mcp.json' }],
    ['a session id that is an option', { resumeSessionId: '--help' }],
    ['an own session id that is none', { printOnce: { sessionId: 'x' } }],
    ['an empty prompt', { prompt: ' \n' }],
    ['a NUL in the prompt', { prompt: 'a\0b' }],
    ['a NUL in the environment', { environment: { ORC_HOME: '/a\0b' } }],
    ['a prompt that no process can be given', { prompt: 'ü'.repeat(60_001) }],
    ['an environment of another agent', { environment: { ORC_AGENT: 'shop/tester' } }],
  ])('refuses %s', (_, changes) => {
    expect(() => makeRuntime().runtime.launch({ ...request, ...changes })).toThrow(
      expect.objectContaining({ code: 'ORC_RUNTIME_BAD_LAUNCH' }),
    );
  });
});

describe('bypassing permissions', () => {
  const bypass: LaunchRequest = { ...request, permissionMode: 'bypassPermissions' };

  it('happens only when it is asked for, and is said', () => {
    const { runtime } = makeRuntime();
    expect(runtime.launch(bypass)).toMatchObject({
      warnings: [expect.stringContaining('without asking') as string],
    });
    for (const permissionMode of ['acceptEdits', 'auto', 'dontAsk', 'manual', 'plan'] as const) {
      const { argv, warnings } = runtime.launch({ ...request, permissionMode });
      expect(argv.join(' ')).not.toMatch(/bypass|dangerously/);
      expect(warnings).toEqual([]);
    }
  });

  it('is refused as root, as the client does, and never called a sandbox by orc', () => {
    const refused = expect.objectContaining({ code: 'ORC_RUNTIME_BYPASS_REFUSED' }) as Error;
    expect(() => makeRuntime({ isRoot: true }).runtime.launch(bypass)).toThrow(refused);
    const sandbox = makeRuntime({ isRoot: true, environment: { PATH, IS_SANDBOX: '1' } });
    expect(sandbox.runtime.launch(bypass).env['IS_SANDBOX']).toBe('1');
    expect(makeRuntime().runtime.launch(bypass).env).not.toHaveProperty('IS_SANDBOX');
  });
});
