import { OrcError } from '@orc/errors';
import { describe, expect, it } from 'vitest';
import { meetDaemon, serveHealth, words, type Answer, type Answers } from '../../fixtures/daemon.ts';
import type { Arguments } from '../command.ts';
import { teamDaemonCommands } from './team-daemon.ts';

const find = (wanted: string) => {
  const found = teamDaemonCommands.find(({ path }) => path === wanted);
  if (!found) throw new Error(`there is no ${wanted}`);
  return found;
};

const agentOf = (project: string, role: string, state: string, paneId: string | null = null) => ({
  ...{ id: `${project}/${role}`, project, role, paneId },
  state: { state, why: 'somebody said so' },
});

const projectOf = (slug: string, status: string) => ({
  ...{ slug, status },
  agents: [agentOf(slug, 'developer', 'stopped'), agentOf(slug, 'tester', 'stopped')],
});

/** A team that comes back whole. */
const comesBack: Answer = ({ body }) => {
  const project = String(body?.['project']);
  const agents = ['developer', 'tester'].map((role) => agentOf(project, role, 'working', '%1'));
  return {
    project,
    did: [`started ${project}`],
    agents: agents.map((agent) => ({ ...agent, verdict: 'dead', plan: 'is started again' })),
  };
};

async function runStart(options: Arguments['options'], answers: Answers) {
  const { surroundings, asked } = meetDaemon({ resume: comesBack, ...answers });
  await serveHealth(surroundings);
  const result = await find('start').run(words(options), surroundings);
  return { ...result, asked, resumed: asked('resume').map(({ body }) => body?.['project']) };
}

const notAdmitted = (id: string) =>
  new OrcError('ORC_DAEMON_NOT_ADMITTED', `${id} is not started: no room.`, {});

describe('start', () => {
  it('brings back every team after a stop', async () => {
    const projects = [projectOf('shop', 'stopped'), projectOf('blog', 'stopped')];
    const { resumed, exitCode, text } = await runStart({}, { status: () => ({ projects }) });
    expect(resumed).toEqual(['shop', 'blog']);
    expect(exitCode).toBe(0);
    expect(text).toContain('started shop\n');
  });

  it('leaves down, and names, what was down while others are at work', async () => {
    const projects = [projectOf('shop', 'active'), projectOf('blog', 'stopped')];
    const { resumed, text } = await runStart({}, { status: () => ({ projects }) });
    expect(resumed).toEqual(['shop']);
    expect(text).toContain('orc start --project blog');
  });

  it.each([
    ['a name', 'blog'],
    ['a path', '/srv/blog/src'],
  ])('lets the daemon find the project of %s', async (_, project) => {
    const status: Answer = ({ query }) => ({
      projects: query?.['project'] === project ? [projectOf('blog', 'stopped')] : [],
    });
    expect((await runStart({ project }, { status })).resumed).toEqual(['blog']);
  });

  it('lets the daemon say what is wrong with a name', async () => {
    const unknown = new OrcError('ORC_DAEMON_UNKNOWN_PROJECT', 'There is no project "blgo".', {});
    const starting = runStart(
      { project: 'blgo' },
      {
        status: () => {
          throw unknown;
        },
      },
    );
    await expect(starting).rejects.toBe(unknown);
  });

  it('goes on after a team that does not come back, and says it at the end', async () => {
    const projects = [projectOf('shop', 'active'), projectOf('blog', 'active')];
    const { resumed, exitCode, text } = await runStart(
      {},
      {
        status: () => ({ projects }),
        resume: (input) => {
          if (input.body?.['project'] === 'shop') throw notAdmitted('shop/tester');
          return comesBack(input);
        },
      },
    );
    expect(resumed).toEqual(['shop', 'blog']);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/started blog[\s\S]*no room\. \(ORC_DAEMON_NOT_ADMITTED\)/);
  });

  it('fails when an agent was refused, and not when it waits or has its limit', async () => {
    const of = (state: string, verdict: string) => () => ({
      ...{ project: 'shop', did: [] },
      agents: [{ ...agentOf('shop', 'tester', state), verdict, plan: 'is started when its limit is over' }],
    });
    const status: Answer = () => ({ projects: [projectOf('shop', 'active')] });
    const refused = await runStart({}, { status, resume: of('stopped', 'dead') });
    expect(refused).toMatchObject({ exitCode: 1, json: { notRunning: ['shop/tester'] } });
    expect(refused.text).toContain('shop/tester does not run: somebody said so');
    expect(await runStart({}, { status, resume: of('starting', 'dead') })).toMatchObject({ exitCode: 0 });
    expect(await runStart({}, { status, resume: of('limited', 'limited') })).toMatchObject({
      exitCode: 0,
      text: 'shop/tester is started when its limit is over',
    });
  });

  it('starts only the roles that were named, each although another was refused', async () => {
    const { asked, resumed, exitCode, text } = await runStart(
      { agents: ['developer', 'tester', 'poet'] },
      {
        status: () => ({ projects: [projectOf('shop', 'active')] }),
        changeAgent: ({ params }) => {
          if (params?.['role'] === 'developer') throw notAdmitted('shop/developer');
          return { text: 'started shop/tester' };
        },
      },
    );
    expect(asked('changeAgent').map(({ params }) => params?.['role'])).toEqual(['developer', 'tester']);
    expect(resumed).toEqual([]);
    expect(exitCode).toBe(1);
    expect(text).toBe(
      [
        'started shop/tester',
        'there is no poet',
        'shop/developer is not started: no room. (ORC_DAEMON_NOT_ADMITTED)',
      ].join('\n'),
    );
  });

  it('says that a daemon that runs cannot log more, unless it does', async () => {
    const status: Answer = () => ({ projects: [] });
    const logging = (value: string) => ({ values: [{ key: 'logging.level', value, origin: 'default' }] });
    await expect(runStart({ debug: true }, { status, config: () => logging('info') })).rejects.toMatchObject({
      code: 'ORC_CLI_DAEMON_RUNS_OTHERWISE',
      message: expect.stringContaining('"orc start --debug"') as string,
    });
    const { text } = await runStart({ debug: true }, { status, config: () => logging('debug') });
    expect(text).toContain('there is no project yet');
  });
});

describe('stop', () => {
  it('ends every agent, also one that was started in a team that is down', async () => {
    const { surroundings, asked } = meetDaemon({
      status: () => ({
        projects: [
          projectOf('shop', 'active'),
          { ...projectOf('blog', 'stopped'), agents: [agentOf('blog', 'tester', 'idle', '%3')] },
          projectOf('old', 'stopped'),
        ],
      }),
      down: () => ({ did: [] }),
    });
    await find('stop').run(words(), surroundings);
    expect(asked('down').map(({ body }) => body?.['project'])).toEqual(['shop', 'blog']);
  });
});
