import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { UpInput } from '@orc/contracts';
import { isSet, listOption, stringOption, type Arguments, type Command, type Option } from '../command.ts';
import { errors } from '../errors.ts';
import { formatPlan } from '../plan-text.ts';
import { command as resume } from './resume.ts';

export const planOptions: Readonly<Record<string, Option>> = {
  project: { type: 'string', describe: 'Path of the git repository', defaultText: 'the current directory' },
  spec: { type: 'string', describe: 'File that says what to build' },
  name: { type: 'string', describe: 'Short name of the project', defaultText: 'made from the directory' },
  'team-type': { type: 'string', describe: 'Team template instead of the detected one' },
  roles: { type: 'list', describe: 'Exactly these roles (and the orchestrator)' },
  'add-roles': { type: 'list', describe: 'These roles as well' },
  plan: { type: 'string', describe: 'Subscription that bounds the team: pro, max5, max20, console' },
  hub: { type: 'string', describe: 'Who reports go to: orchestrator-hub, or pm-hub' },
  size: { type: 'string', describe: 'small, medium, large or enterprise' },
  runtime: { type: 'string', describe: 'claude, or sim for a simulation', choices: ['claude', 'sim'] },
  planner: { type: 'string', describe: 'Who turns the spec into tasks', choices: ['outline', 'claude'] },
};

/** Reads the flags that `plan` and `up` share. @throws ORC_CLI_NOT_READABLE */
export function readPlanRequest(args: Arguments, directory: string): UpInput {
  const spec = stringOption(args, 'spec');
  return {
    path: resolve(directory, stringOption(args, 'project') ?? '.'),
    spec: spec === undefined ? undefined : readSpec(resolve(directory, spec)),
    name: stringOption(args, 'name'),
    teamType: stringOption(args, 'team-type'),
    roles: listOption(args, 'roles'),
    addRoles: listOption(args, 'add-roles'),
    plan: stringOption(args, 'plan'),
    size: stringOption(args, 'size'),
    hub: stringOption(args, 'hub'),
    runtime: stringOption(args, 'runtime'),
    planner: stringOption(args, 'planner'),
  };
}

function readSpec(path: string): { path: string; text: string } {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw errors.notReadable(path, error);
  }
}

export const command: Command = {
  path: 'up',
  summary: 'Plan a team for a project and a spec, and put it to work',
  options: {
    ...planOptions,
    'dry-run': { type: 'boolean', describe: 'Print the plan and stop' },
    yes: { type: 'boolean', describe: 'Do not wait for a confirmation of the plan' },
    resume: { type: 'boolean', describe: 'Go on with a project that is there: the same as "orc resume"' },
    'status-only': { type: 'boolean', describe: 'With --resume: look and change nothing' },
    'rebrief-all': { type: 'boolean', describe: 'With --resume: brief every living agent again' },
  },
  examples: [
    ['orc up --project . --spec SPEC.md --dry-run', 'prints team and tasks with the reason for each'],
    ['orc up --project . --spec SPEC.md --runtime sim', 'runs the team with simulated agents'],
  ],
  async run(args, surroundings) {
    refuseMixture(args);
    if (isSet(args, 'resume')) return resume.run(args, surroundings);
    const { connect, directory, say } = surroundings;
    const client = await connect();
    const body = readPlanRequest(args, directory);
    if (isSet(args, 'dry-run')) {
      const plan = await client.call('plan', { body });
      return { json: plan, text: formatPlan(plan) };
    }
    const result = await client.call('up', { body }, { onProgress: ({ text }) => say(`· ${text}`) });
    const text = result.changed
      ? `${result.project} is at work: ${result.agents.length} agents. See "orc status", "orc attach ${result.agents[0]?.id ?? ''}".`
      : `${result.project}: nothing had to be done, the team is at work.`;
    return { json: result, text };
  },
};

const ONLY_RESUME = ['status-only', 'rebrief-all'];
const ONLY_UP = [...Object.keys(planOptions).filter((name) => name !== 'project'), 'dry-run'];

/** A flag that the other way of going on does not know must not be dropped: it may have said "change nothing". */
function refuseMixture(args: Arguments): void {
  const isResume = isSet(args, 'resume');
  const stray = (isResume ? ONLY_UP : ONLY_RESUME).find((name) => args.options[name] !== undefined);
  if (stray === undefined) return;
  throw isResume
    ? errors.usage(
        `--${stray} does not go with --resume.`,
        'See "orc resume --help"; --status-only changes nothing.',
      )
    : errors.usage(`--${stray} needs --resume.`, 'To see the plan without a change, give --dry-run.');
}
