import { describe, expect, it } from 'vitest';
import { meetDaemon, serveHealth, words } from '../../fixtures/daemon.ts';
import { daemonCommands } from './daemon.ts';

describe('daemon start --no-resume', () => {
  const start = daemonCommands.find(({ path }) => path === 'daemon start');
  const runBeside = async (autoResume: boolean) => {
    const values = [{ key: 'credits.autoResume', value: autoResume, origin: 'default' }];
    const { surroundings } = meetDaemon({ config: () => ({ values }) });
    await serveHealth(surroundings);
    return start?.run(words({ resume: false }), surroundings);
  };

  it('says of a daemon that runs and lets agents go on that only another one would not', async () => {
    await expect(runBeside(true)).rejects.toMatchObject({
      code: 'ORC_CLI_DAEMON_RUNS_OTHERWISE',
      message: expect.stringMatching(/"orc daemon stop".*"orc daemon start --no-resume"/) as string,
    });
  });

  it('has nothing to say against one that was started so', async () => {
    expect(await runBeside(false)).toMatchObject({ json: { started: false } });
  });
});
