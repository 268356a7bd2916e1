import { describe, expect, test } from 'vitest';
import { parseOptions, type TmuxOptionsInput } from './config.ts';

describe('options', () => {
  test('have defaults for all but the socket', () => {
    expect(parseOptions({ socketPath: '/run/tmux.sock' })).toEqual({
      socketPath: '/run/tmux.sock',
      tmuxPath: 'tmux',
      env: {},
      pollMs: 150,
      requestTimeoutMs: 10_000,
      historyLines: 5_000,
    });
  });

  test.each<[string, unknown]>([
    ['a relative socket', { socketPath: 'tmux.sock' }],
    ['no socket', {}],
    ['a poll that would cost a core', { socketPath: '/s', pollMs: 1 }],
    ['an unknown key', { socketPath: '/s', socket: '/s' }],
  ])('are refused with %s', (_, options) => {
    expect(() => parseOptions(options as TmuxOptionsInput)).toThrow(
      expect.objectContaining({ code: 'ORC_TMUX_BAD_OPTIONS' }),
    );
  });

  test('take a socket path of 107 bytes and refuse one of 108, counted as UTF-8', () => {
    expect(parseOptions({ socketPath: `/${'s'.repeat(106)}` }).socketPath).toHaveLength(107);
    for (const name of ['s'.repeat(107), 'é'.repeat(54)])
      expect(() => parseOptions({ socketPath: `/${name}` })).toThrow(
        expect.objectContaining({ code: 'ORC_TMUX_SOCKET_PATH_TOO_LONG' }),
      );
  });
});
