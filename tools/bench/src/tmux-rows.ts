import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTmux, type PaneId } from '@orc/tmux-driver';
import { measureTogether, time } from './measure.ts';
import type { Line } from './report.ts';

const PANES = 100;
const ROUNDS = 7;

/** The screens of many panes in one round of the driver, beside a process of tmux for each. */
export async function measureTmux(): Promise<Line[]> {
  const directory = mkdtempSync(join(tmpdir(), 'orc-bench-'));
  const socketPath = join(directory, 'tmux.sock');
  await using tmux = await openTmux({ socketPath });
  try {
    const session = await tmux.ensureSession({ name: 'bench', directory, width: 200, height: 50 });
    const panes: PaneId[] = [];
    for (let index = 0; index < PANES; index += 1) {
      const opened = await tmux.openWindow({
        session,
        name: `w-${index}`,
        directory,
        argv: ['/bin/cat', '/etc/services', '-'],
        env: {},
      });
      panes.push(opened.paneId);
    }
    const fork = (pane: PaneId) => execFileSync('tmux', ['-S', socketPath, 'capture-pane', '-p', '-t', pane]);
    const [ours, peer] = await measureTogether(
      [
        { name: 'orc', run: () => time(() => tmux.capture(panes)) },
        { name: `${PANES} × tmux capture-pane`, run: () => time(() => panes.forEach(fork)) },
      ],
      ROUNDS,
    );
    return ours && peer
      ? [{ what: `screens of ${PANES} panes`, ours, peer, budget: { type: 'at least', ratio: 30 } }]
      : [];
  } finally {
    await tmux.stopServer();
    rmSync(directory, { recursive: true, force: true });
  }
}
