import { describe, expect, it } from 'vitest';
import { agentEnvironment } from './environment.ts';

const pass = (environment: Record<string, string | undefined>, rest: object = {}) =>
  agentEnvironment({ environment, homeDirectory: '/home/ada', ...rest });

describe('the environment of an agent', () => {
  it.each([
    'LANG',
    'LC_ALL',
    'USER',
    'LOGNAME',
    'SHELL',
    'TZ',
    'TMPDIR',
    'XDG_RUNTIME_DIR',
    'SSH_AUTH_SOCK',
    'GIT_SSH_COMMAND',
    'GIT_AUTHOR_NAME',
    'HTTPS_PROXY',
    'no_proxy',
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_BASE_URL',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'CLAUDE_CODE_MAX_RETRIES',
    'CLAUDE_CONFIG_DIR',
    'IS_SANDBOX',
    'DISABLE_TELEMETRY',
  ])('holds %s', (name) => {
    expect(pass({ [name]: 'value' })[name]).toBe('value');
  });

  it.each([
    'CLAUDECODE',
    'CLAUDE_PID',
    'CLAUDE_CODE_SESSION_ID',
    'CLAUDE_CODE_CHILD_SESSION',
    'CLAUDE_CODE_MESSAGING_SOCKET',
    'CLAUDE_CODE_MESSAGING_TOKEN',
    'CLAUDE_CODE_ENTRYPOINT',
    'CLAUDE_CODE_SIMPLE',
    'CLAUDE_PROJECT_DIR',
    'CLAUDE_ENV_FILE',
    'CLAUDE_EFFORT',
    'AI_AGENT',
    'TMUX',
    'TMUX_PANE',
    'TERM',
  ])('does not hold %s, which belongs to the session that starts it', (name) => {
    expect(pass({ [name]: 'value' })).not.toHaveProperty(name);
  });

  it.each(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_CONFIG_PARAMETERS'])(
    'does not hold %s, which would lead every agent into one repository',
    (name) => {
      expect(pass({ [name]: 'value' })).not.toHaveProperty(name);
    },
  );

  it.each([
    'ORC_AGENT',
    'ORC_TOKEN_FILE',
    'ORC_HOME',
    'AWS_SECRET_ACCESS_KEY',
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'SECRET',
  ])('does not hold %s, which nobody has let through', (name) => {
    expect(pass({ [name]: 'value' })).not.toHaveProperty(name);
  });

  it('holds what the operator lets through, by name or by the beginning of a name', () => {
    const environment = { AWS_REGION: 'eu', AWS_PROFILE: 'x', GOOGLE_CLOUD_PROJECT: 'p', SECRET: 's' };
    expect(pass(environment, { passThrough: ['AWS_*', 'GOOGLE_CLOUD_PROJECT'] })).toEqual({
      AWS_REGION: 'eu',
      AWS_PROFILE: 'x',
      GOOGLE_CLOUD_PROJECT: 'p',
      HOME: '/home/ada',
      PATH: '/usr/local/bin:/usr/bin:/bin',
    });
  });

  it('names the home directory it was given and leaves out what is not set', () => {
    expect(pass({ HOME: '/root', LANG: undefined })).toEqual({
      HOME: '/home/ada',
      PATH: '/usr/local/bin:/usr/bin:/bin',
    });
  });

  it('puts directories first on the path, each once', () => {
    expect(pass({ PATH: '/usr/bin:/orc/bin:/bin' }, { pathFirst: ['/orc/bin'] })['PATH']).toBe(
      '/orc/bin:/usr/bin:/bin',
    );
  });
});
