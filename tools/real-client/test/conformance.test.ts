import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { installClient } from '../src/install.ts';
import { makeStage, type Stage } from '../src/stage.ts';
import { startRealClient, startSim, type Subject } from '../src/subjects.ts';
import { cuesOn, scenarios } from './scenarios.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const installed = await installClient(join(root, '.tools', 'claude-code'));
if (!installed.isThere)
  process.stderr.write(`\n!!! THE REAL CLIENT IS NOT TESTED in this run: ${installed.why}\n\n`);

const clients = ['the simulated client', 'the real client'] as const;

/** Soon started again and soon typed at, so that nothing is waited for that is not being tested. */
const config = {
  // A machine that is busy with other tests must not make a hook give up.
  agents: { permissionMode: 'manual', environment: { ORC_HOOK_DEADLINE_MS: '30000' } },
  delivery: { nudgeAfterMs: 500 },
  restarts: { delayMs: 100, firstDelayMaxMs: 100 },
};

function start(client: (typeof clients)[number], directory: string, stage: Stage): Promise<Subject> {
  const options = {
    directory: join(directory, 'w'),
    orc: [process.execPath, join(root, 'apps', 'cli', 'bin', 'orc.js')],
    config,
    roles: ['developer'],
    cues: cuesOn(stage),
  };
  if (client === 'the simulated client') return startSim(options);
  if (!installed.isThere) throw new Error('unreachable: these are skipped without the client');
  return startRealClient(options, { binary: installed.binary, allowed: [`Bash(${stage.program}:*)`] });
}

describe.each(clients)('%s', (client) => {
  const isMissing = client === 'the real client' && !installed.isThere;
  let directory: string;
  let stage: Stage;
  let subject: Subject | undefined;
  beforeAll(async () => {
    if (isMissing) return;
    directory = mkdtempSync(join(tmpdir(), 'orc-c-'));
    stage = makeStage(join(directory, 'stage'));
    subject = await start(client, directory, stage);
    await subject.world.up();
  });
  afterAll(async () => {
    if (isMissing) return;
    await subject?.[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  it.skipIf(isMissing).each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    async (_, scenario) => {
      if (subject) await scenario.play(subject, stage);
    },
  );
});
