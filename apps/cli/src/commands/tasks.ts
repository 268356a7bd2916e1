import type { TaskView } from '@orc/contracts';
import { listOption, stringOption, textOf, textsOption, type Command } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { projectOption } from '../project-flag.ts';
import { formatTable } from '../table.ts';

const idPositional = { name: 'id', describe: 'Id of the task' };
const textPositional = { name: 'text', describe: 'What was done, or what is in the way', isVariadic: true };

const list: Command = {
  path: 'task list',
  summary: 'List the tasks of a project in the order of the plan',
  options: { project: projectOption },
  examples: [['orc task list', 'every task, who has it, and why it waits']],
  async run(args, { connect }) {
    const { tasks } = await (
      await connect()
    ).call('tasks', { query: { project: stringOption(args, 'project') } });
    const rows = tasks.map((task) => [
      task.id,
      task.state,
      task.assignee ?? task.role,
      task.durationMs === null ? '' : formatDuration(task.durationMs),
      task.why === null ? task.title : `${task.title} (${task.why})`,
    ]);
    return { json: { tasks }, text: formatTable([['TASK', 'STATE', 'WHO', 'TOOK', 'TITLE'], ...rows]) };
  },
};

const show: Command = {
  path: 'task show',
  summary: 'Print a task with its criteria and its outcome',
  positionals: [idPositional],
  examples: [['orc task show shop.t-01', 'one task']],
  async run(args, { connect }) {
    const task = await (await connect()).call('task', { params: { id: textOf(args, 'id') } });
    return { json: task, text: formatTask(task) };
  },
};

function formatTask(task: TaskView): string {
  return [
    `${task.id}  ${task.title} (${task.state})`,
    task.objective,
    ...task.criteria.map((criterion) => `- ${criterion}`),
    `for ${task.assignee ?? task.role}${task.after.length > 0 ? `, after ${task.after.join(', ')}` : ''}`,
    ...(task.why === null ? [] : [task.why]),
    ...(task.result === null ? [] : [`result: ${task.result}`]),
  ].join('\n');
}

const add: Command = {
  path: 'task add',
  summary: 'Put work on the board that the plan does not have; for you and those who lead',
  positionals: [{ name: 'title', describe: 'What is to be done, in one line', isVariadic: true }],
  options: {
    role: { type: 'string', describe: 'Who can do it, such as developer' },
    assign: { type: 'string', describe: 'The agent that is to do it' },
    objective: { type: 'string', describe: 'What is true when it is done' },
    criterion: { type: 'list', describe: 'How that is seen; may be repeated' },
    after: { type: 'list', describe: 'Id of a task that must be done before; may be repeated' },
    priority: {
      type: 'string',
      describe: 'low, normal, high, critical, or 0 to 999; from high on it goes before the plan',
      defaultText: 'normal',
    },
    project: projectOption,
  },
  examples: [
    ['orc task add "Round prices to cents" --role developer', 'behind everything that is planned'],
    [
      'orc task add "Fix the crash on an empty list" --role developer --priority critical --criterion "an empty list prints nothing"',
      'a defect that goes first',
    ],
  ],
  async run(args, { connect }) {
    const client = await connect();
    const answer = await client.call('addTask', {
      body: {
        title: textOf(args, 'title'),
        role: stringOption(args, 'role'),
        assignee: stringOption(args, 'assign'),
        objective: stringOption(args, 'objective'),
        criteria: textsOption(args, 'criterion'),
        after: listOption(args, 'after'),
        priority: stringOption(args, 'priority'),
        project: stringOption(args, 'project'),
      },
    });
    const { task, isNew } = answer;
    return { json: answer, text: `${task.id} is ${isNew ? task.state : 'on the board already'}` };
  },
};

type Action = 'start' | 'done' | 'fail' | 'block' | 'unblock' | 'reopen';

function change(action: Action, summary: string, needsText: boolean): Command {
  return {
    path: `task ${action}`,
    summary,
    positionals: needsText ? [idPositional, textPositional] : [idPositional],
    examples: [
      [
        `orc task ${action} shop.t-01${needsText ? ' "Parser reads all three formats, commit 1a2b3c4"' : ''}`,
        summary.toLowerCase(),
      ],
    ],
    async run(args, { connect }) {
      const text = needsText ? textOf(args, 'text') : undefined;
      const task = await (
        await connect()
      ).call('changeTask', { params: { id: textOf(args, 'id'), action }, body: { text } });
      return { json: task, text: `${task.id} is ${task.state}` };
    },
  };
}

const assign: Command = {
  path: 'task assign',
  summary: 'Give a task to an agent',
  positionals: [idPositional, { name: 'agent', describe: 'Role or project/role' }],
  examples: [['orc task assign shop.t-01 developer', 'the developer gets it next']],
  async run(args, { connect }) {
    const client = await connect();
    const task = await client.call('changeTask', {
      params: { id: textOf(args, 'id'), action: 'assign' },
      body: { assignee: textOf(args, 'agent') },
    });
    return { json: task, text: `${task.id} is for ${task.assignee ?? 'nobody'}` };
  },
};

export const taskCommands: readonly Command[] = [
  list,
  show,
  add,
  change('start', 'Say that you have begun a task', false),
  change('done', 'Finish a task and say what was done', true),
  change('fail', 'Say that a task cannot be done, and why', true),
  change('block', 'Say what a task waits for', true),
  change('unblock', 'Say that nothing is in the way any more', false),
  change('reopen', 'Open a finished task again', false),
  assign,
];
