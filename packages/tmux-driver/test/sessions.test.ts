import { expect, describe, test } from 'vitest';
import { runTmux, openBench } from './support.ts';

describe('a session', () => {
  test('is made once, and found again by exactly its name', async () => {
    const { tmux, session, directory } = await openBench();
    expect(await tmux.ensureSession({ name: 'proj', directory })).toBe(session);
    const others = await Promise.all(
      ['pro', 'p', 'PROJ', 'proj-2'].map((name) => tmux.ensureSession({ name, directory })),
    );
    expect(new Set([session, ...others]).size).toBe(5);
    expect((await tmux.listSessions()).map(({ name }) => name).sort()).toEqual([
      ...['PROJ', 'p', 'pro', 'proj', 'proj-2'],
    ]);
  });

  test('has no window to speak of until the first one is opened', async () => {
    const { tmux, session, open, socketPath } = await openBench();
    expect(await tmux.listPanes()).toEqual([]);
    const { windowId } = await open(['cat']);
    expect(runTmux(socketPath, 'list-windows', '-t', session, '-F', '#{window_id}')).toBe(windowId);
    expect(await tmux.listSessions()).toMatchObject([{ sessionId: session, windowCount: 1, clientCount: 0 }]);
  });

  test('keeps as many lines as configured', async () => {
    const { open, run } = await openBench({ historyLines: 123 });
    const { paneId } = await open(['cat']);
    expect(run('display-message', '-p', '-t', paneId, '#{history_limit}')).toBe('123');
  });

  test('is killed by its id and never by the beginning of its name', async () => {
    const { tmux, session, directory } = await openBench();
    const other = await tmux.ensureSession({ name: 'pro', directory });
    await tmux.killSession(other);
    await tmux.killSession(other);
    expect((await tmux.listSessions()).map(({ sessionId }) => sessionId)).toEqual([session]);
    await expect(tmux.killSession('pro' as never)).rejects.toMatchObject({ code: 'ORC_TMUX_BAD_ID' });
    await expect(tmux.killSession('' as never)).rejects.toMatchObject({ code: 'ORC_TMUX_BAD_ID' });
    expect(await tmux.listSessions()).toHaveLength(1);
  });

  test('goes with its last window, and the server stays', async () => {
    const { tmux, open, session, directory } = await openBench();
    const { windowId } = await open(['cat']);
    await tmux.killWindow(windowId);
    expect(await tmux.listSessions()).toEqual([]);
    expect(await tmux.ensureSession({ name: 'proj', directory })).not.toBe(session);
  });

  test.each(['', 'a.b', 'a:b', 'a b', '$1', '#{pid}', 'orc-ctl', 'orc-view-1'])(
    'is not made under the name %j',
    async (name) => {
      const { tmux, directory } = await openBench();
      await expect(tmux.ensureSession({ name, directory })).rejects.toMatchObject({
        code: 'ORC_TMUX_BAD_NAME',
      });
      expect(await tmux.listSessions()).toHaveLength(1);
    },
  );

  test('is not made in a directory that does not exist, or in a size that is none', async () => {
    const { tmux, directory } = await openBench();
    await expect(tmux.ensureSession({ name: 'x', directory: '/no/such' })).rejects.toMatchObject({
      code: 'ORC_TMUX_NO_DIRECTORY',
    });
    await expect(tmux.ensureSession({ name: 'x', directory, width: -1 })).rejects.toMatchObject({
      code: 'ORC_TMUX_COMMAND_FAILED',
    });
    expect(await tmux.listSessions()).toHaveLength(1);
  });

  test('of somebody else may have any name and changes no other row', async () => {
    const { tmux, run, session } = await openBench();
    run('new-session', '-d', '-s', 'with blank, and , $9 %1', 'cat');
    expect((await tmux.listSessions()).map(({ name }) => name).sort()).toEqual([
      'proj',
      'with blank, and , $9 %1',
    ]);
    expect(await tmux.listPanes()).toMatchObject([{ sessionName: 'with blank, and , $9 %1' }]);
    await tmux.killSession(session);
    expect(await tmux.listSessions()).toHaveLength(1);
  });
});
