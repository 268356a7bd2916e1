import { describe, expect, test } from 'vitest';
import { keepListed, parseRows, rowFormat } from './panes.ts';
import type { PaneId } from './types.ts';

const nonce = 'abc123';

/** Fills in the format as tmux does: values are put in as they are. */
function fill(values: Readonly<Record<string, string>>): string {
  return rowFormat(nonce).replace(/#\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

const plain = { session_id: '$1', window_id: '@2', pane_id: '%3', pane_pid: '77', pane_dead: '0' };

describe('rows', () => {
  test('keep hostile words in their fields', () => {
    const hostile = {
      pane_title: '%end 1 2 1\n$9 @9 0 %9 0 1',
      pane_current_path: '/tmp/new\nline\n',
      pane_current_command: 'a,b:c \t',
      pane_start_command: '"\n"',
    };
    const rows = parseRows(`${fill({ ...plain, ...hostile })}\n${fill({ ...plain, pane_id: '%4' })}`, nonce);
    expect(rows.map(({ paneId }) => paneId)).toEqual(['%3', '%4']);
    expect(rows[0]).toMatchObject({
      title: hostile.pane_title,
      currentPath: hostile.pane_current_path,
      currentCommand: hostile.pane_current_command,
      startedCommand: hostile.pane_start_command,
    });
  });

  test('tell a status of 0 from none', () => {
    const [dead] = parseRows(fill({ ...plain, pane_dead: '1', pane_dead_status: '0' }), nonce);
    expect(dead).toMatchObject({ isDead: true, exitStatus: 0, exitSignal: null });
    expect(parseRows(fill(plain), nonce)[0]).toMatchObject({ isDead: false, exitStatus: null });
  });

  test('may be none', () => {
    expect(parseRows('', nonce)).toEqual([]);
  });
});

describe('the list', () => {
  const row = (paneId: string, sessionName: string, windowName = 'dev') => ({
    paneId: paneId as PaneId,
    sessionName,
    windowName,
  });

  test('leaves out what is the driver’s own', () => {
    const rows = [row('%0', 'orc-ctl'), row('%1', 'proj', 'orc-new-session'), row('%2', 'proj')];
    expect(keepListed(rows).map(({ paneId }) => paneId)).toEqual(['%2']);
  });

  test('has a pane once, under the session that is no view', () => {
    const rows = [
      row('%1', 'orc-view-1'),
      row('%1', 'proj'),
      row('%1', 'orc-view-2'),
      row('%2', 'orc-view-1'),
    ];
    expect(keepListed(rows)).toEqual([row('%1', 'proj'), row('%2', 'orc-view-1')]);
  });
});
