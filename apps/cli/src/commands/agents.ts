import { spawn } from 'node:child_process';
import type { AgentView } from '@orc/contracts';
import { agentPositional, findAgent, paramsOf } from '../agent-names.ts';
import { isSet, numberOption, stringOption, textOf, type Command } from '../command.ts';
import { formatDuration, readSince } from '../duration.ts';
import { errors } from '../errors.ts';
import { projectOption } from '../project-flag.ts';
import { formatTable } from '../table.ts';
import { command as agentLogs } from './agent-logs.ts';

const list: Command = {
  path: 'agent list',
  summary: 'List every agent',
  options: { project: projectOption },
  examples: [['orc agent list', 'all agents with window, branch and process']],
  async run(args, { connect }) {
    const { agents } = await (
      await connect()
    ).call('agents', { query: { project: stringOption(args, 'project') } });
    const rows = agents.map(({ id, state, windowName, branch, pid, restarts }) => [
      id,
      state.state,
      windowName,
      branch ?? '',
      pid === null ? '' : String(pid),
      String(restarts),
    ]);
    return {
      json: { agents },
      text: formatTable([['AGENT', 'STATE', 'WINDOW', 'BRANCH', 'PID', 'RESTARTS'], ...rows]),
    };
  },
};

const show: Command = {
  path: 'agent show',
  summary: 'Show an agent with every fact that its state rests on',
  positionals: [agentPositional],
  examples: [['orc agent show developer', 'one agent in detail']],
  async run(args, { connect }) {
    const client = await connect();
    const agent = await client.call('agent', { params: paramsOf(await findAgent(client, args)) });
    const facts = agent.facts.map(({ kind, source, at, value }) => [
      new Date(at).toLocaleTimeString(),
      kind,
      source,
      JSON.stringify(value),
    ]);
    const head = [
      `${agent.id}  ${agent.title}${agent.isSimulation ? ' (SIMULATION)' : ''}`,
      `${agent.state.state}: ${agent.state.why} (${agent.state.source}, confidence ${agent.state.confidence})`,
      `works in ${agent.worktreePath ?? 'no worktree'} on ${agent.branch ?? 'a detached commit'}`,
      describeProcess(agent),
      `session ${agent.sessionId ?? 'none'}, transcript ${agent.transcriptPath ?? 'none'}`,
    ];
    return {
      json: agent,
      text: [...head, '', formatTable([['AT', 'FACT', 'SOURCE', 'VALUE'], ...facts])].join('\n'),
    };
  },
};

/** Pid, age, what the whole tree uses, and how full the context is. */
function describeProcess({ pid, process: used, contextUsedPercent, restarts }: AgentView): string {
  const parts = [
    used.isAlive ? `pid ${pid}` : 'no process',
    used.uptimeMs === null ? '' : `up ${formatDuration(used.uptimeMs)}`,
    used.cpuPercent === null ? '' : `${used.cpuPercent.toFixed(1)} % of a core`,
    used.memoryBytes === null
      ? ''
      : `${Math.round(used.memoryBytes / 1024 / 1024)} MiB in ${used.count} processes`,
    contextUsedPercent === null ? '' : `context ${Math.round(contextUsedPercent)} % full`,
    restarts === 0 ? '' : `${restarts} restarts within the hour`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function change(
  action: 'start' | 'stop' | 'restart' | 'end' | 'brief' | 'continue' | 'checkpoint',
  summary: string,
): Command {
  return {
    path: `agent ${action}`,
    summary,
    positionals: [agentPositional],
    options: { force: { type: 'boolean', describe: 'Do not wait for it to end by itself' } },
    examples: [[`orc agent ${action} tester`, summary.toLowerCase()]],
    async run(args, { connect }) {
      const client = await connect();
      const agent = await findAgent(client, args);
      const answer = await client.call('changeAgent', {
        params: { ...paramsOf(agent), action },
        body: { force: isSet(args, 'force') },
      });
      const what = action === 'checkpoint' ? 'it is' : 'its window is kept';
      const kept = answer.archive === undefined ? '' : `\n${what} in ${answer.archive}`;
      return { json: answer, text: `${answer.text}${kept}` };
    },
  };
}

const add: Command = {
  path: 'agent add',
  summary: 'Add an agent to a running team',
  positionals: [{ name: 'role', describe: 'A role of the catalogue' }],
  options: {
    project: projectOption,
    temporary: { type: 'string', describe: 'What a temporary agent is for; its window is TEMP-<purpose>' },
  },
  examples: [['orc agent add researcher', 'starts a researcher']],
  async run(args, { connect }) {
    const agent = await (
      await connect()
    ).call('addAgent', {
      body: {
        role: textOf(args, 'role'),
        project: stringOption(args, 'project'),
        temporary: stringOption(args, 'temporary'),
      },
    });
    return { json: agent, text: `${agent.id} is ${agent.state.state}: ${agent.state.why}` };
  },
};

const context: Command = {
  path: 'agent context',
  summary: 'Show how full the context is, and word for word what the agent was told when',
  positionals: [agentPositional],
  options: {
    kind: {
      type: 'string',
      describe: 'Only briefing, rebrief, or rebrief.<why>: compaction, clear, restart, resume, requested',
    },
    since: { type: 'string', describe: 'Only after this: 30m, 2h, or a date' },
    last: { type: 'number', describe: 'Only the last ones' },
  },
  examples: [
    ['orc agent context developer', 'context use and every briefing'],
    ['orc agent context developer --kind rebrief --last 1', 'the last time it was told its part again'],
  ],
  async run(args, { connect }) {
    const client = await connect();
    const since = stringOption(args, 'since');
    const answer = await client.call('agentContext', {
      params: paramsOf(await findAgent(client, args)),
      query: {
        kind: stringOption(args, 'kind'),
        since: since === undefined ? undefined : readSince(since),
        last: numberOption(args, 'last'),
      },
    });
    const used =
      answer.usedPercent === null ? 'context use is not known yet' : `context ${answer.usedPercent}% used`;
    const briefings = answer.contexts.map(
      ({ at, kind, text }) => `${new Date(at).toLocaleString()}  ${kind}\n${text}`,
    );
    return { json: answer, text: [used, ...briefings].join('\n\n') };
  },
};

const attach: Command = {
  path: 'attach',
  summary: "Open an agent's window in this terminal; leave it with Ctrl-b d",
  positionals: [agentPositional],
  options: { 'read-only': { type: 'boolean', describe: 'Look only' } },
  examples: [['orc attach developer', 'watch it work, or type to it']],
  async run(args, { connect, isJson, isTerminal, environment }) {
    const client = await connect();
    const agent = await findAgent(client, args);
    const { argv } = await client.call('attachment', {
      params: paramsOf(agent),
      query: { readOnly: isSet(args, 'read-only') },
    });
    if (isJson) return { json: { argv }, text: '' };
    if (!isTerminal) throw errors.notATerminal('attach');
    const [file = 'tmux', ...rest] = argv;
    // Inside tmux a nested client is refused; this one shows another server and is meant.
    const { TMUX: _tmux, TMUX_PANE: _pane, ...outside } = environment;
    const child = spawn(file, rest, { stdio: 'inherit', env: outside });
    const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
    return { json: { argv }, text: '', exitCode };
  },
};

export const agentCommands: readonly Command[] = [
  list,
  show,
  add,
  change('start', 'Start an agent that is stopped'),
  change('stop', 'Stop an agent; its work and mail are kept'),
  change('restart', 'Stop an agent and start it again with its context'),
  change('end', 'End an agent for good: history and summary are kept'),
  change('brief', 'Tell an agent again who it is and what it does'),
  change('checkpoint', 'Write down where an agent stands: task, branch, recent work, next steps'),
  change('continue', 'Have an agent go on whose requests to its model failed, once you have repaired that'),
  agentLogs,
  context,
  attach,
  {
    ...change('restart', 'The same as "agent restart"'),
    path: 'restart agent',
    examples: [['orc restart agent tester', 'stops it and starts it again with its context']],
  },
];
