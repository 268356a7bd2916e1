import { isSet, stringOption, textOf, listOption, type Command } from '../command.ts';
import { formatTable } from '../table.ts';
import { rulesEdit } from './rules-edit.ts';

const projectName = { type: 'string', describe: 'Name of the project; without it, the only one' } as const;

const rulesList: Command = {
  path: 'rules list',
  summary: 'List the rules, with their severity and where each comes from',
  options: {
    project: projectName,
    watches: {
      type: 'string',
      describe: 'Only what judges this',
      choices: ['message', 'git', 'workflow'],
    },
  },
  examples: [
    ['orc rules list', 'every rule in use, switched-off ones marked'],
    ['orc rules list --watches git', 'rules on branches, commits and pushes'],
  ],
  async run(args, { connect }) {
    const answer = await (
      await connect()
    ).call('rules', { query: { project: stringOption(args, 'project') } });
    const watches = stringOption(args, 'watches');
    const shown = answer.rules.filter((rule) => watches === undefined || rule.watches === watches);
    const rows = shown.map(({ id, watches: what, severity, enabled, refuse, title, origin }) => [
      id,
      what,
      `${severity}${refuse ? ', refused' : ''}${enabled ? '' : ', off'}`,
      title,
      origin,
    ]);
    const { fields: _fields, ...json } = { ...answer, rules: shown };
    return { json, text: formatTable([['RULE', 'WATCHES', 'SEVERITY', 'WHAT SHOULD BE', 'FROM'], ...rows]) };
  },
};

const rulesFields: Command = {
  path: 'rules fields',
  summary: 'List the facts that the condition of a rule can name',
  examples: [['orc rules fields', 'by what is watched, with type and meaning']],
  async run(_args, { connect }) {
    const { fields } = await (await connect()).call('rules', {});
    const rows = fields.map(({ watches, name, type, what }) => [watches, name, type, what]);
    return { json: { fields }, text: formatTable([['WATCHES', 'FIELD', 'TYPE', 'MEANING'], ...rows]) };
  },
};

const rulesExplain: Command = {
  path: 'rules explain',
  aliases: ['show'],
  summary: 'Say in sentences what a rule does, and what to do about it',
  positionals: [{ name: 'id', describe: 'A rule of "orc rules list"' }],
  options: { project: projectName },
  examples: [['orc rules explain stay-close', 'when it is violated, who is told, when it ends']],
  async run(args, { connect }) {
    const answer = await (
      await connect()
    ).call('rule', {
      params: { id: textOf(args, 'id') },
      query: { project: stringOption(args, 'project') },
    });
    return { json: answer, text: answer.text };
  },
};

const rulesCheck: Command = {
  path: 'rules check',
  summary: 'Judge a message without sending it, or the branches and work of the team as they are now',
  positionals: [{ name: 'message', describe: 'The text', isOptional: true, isVariadic: true }],
  options: {
    project: projectName,
    git: { type: 'boolean', describe: 'Judge branches and work' },
    agent: { type: 'string', describe: 'With --git: only this agent' },
    from: { type: 'string', describe: 'Who would send it', defaultText: 'whoever asks' },
    to: { type: 'string', describe: 'Who would get it', defaultText: 'the hub' },
    kind: { type: 'string', describe: 'Its kind', defaultText: 'note' },
    tag: { type: 'list', describe: 'Its tags' },
  },
  examples: [
    ['orc rules check "Thanks!" --from developer --to tester', 'what rules say of it; nothing is sent'],
    ['orc rules check --git', 'judges every branch of the team'],
  ],
  async run(args, { connect }) {
    const body = textOf(args, 'message');
    const answer = await (
      await connect()
    ).call('checkRules', {
      body: {
        project: stringOption(args, 'project'),
        git: isSet(args, 'git') || body === '',
        agent: stringOption(args, 'agent'),
        ...(body !== '' && {
          message: {
            body,
            from: stringOption(args, 'from'),
            to: stringOption(args, 'to'),
            kind: stringOption(args, 'kind'),
            tags: listOption(args, 'tag'),
          },
        }),
      },
    });
    const lines = answer.judged.flatMap(({ agent, violations, watches }) =>
      violations.map(
        ({ rule, severity, why, because, remedy }) =>
          `${severity}  ${rule}  ${agent} (${watches})\n  ${why}\n  because ${because.join('; ')}\n  ${remedy}`,
      ),
    );
    const nothing = `${answer.judged.length} looked at, no rule is violated`;
    return { json: answer, text: lines.length === 0 ? nothing : lines.join('\n\n') };
  },
};

const rulesStatus: Command = {
  path: 'rules status',
  aliases: ['dashboard'],
  summary: 'Say whether rules judge, what is wrong with the files, and how many violations are open',
  options: { project: projectName },
  examples: [['orc rules status', 'on or off, problems by line, open violations by severity']],
  async run(args, { connect }) {
    const answer = await (
      await connect()
    ).call('rules', { query: { project: stringOption(args, 'project') } });
    const { isOn, rules, problems, open, file } = answer;
    const off = rules.filter(({ enabled }) => !enabled).length;
    const lines = [
      `rules are ${isOn ? 'on' : 'off'}: ${rules.length} rules, ${off} switched off`,
      `open violations: ${open.critical} critical, ${open.high} high, ${open.medium} medium, ${open.low} low`,
      `write your own in ${file}`,
      ...problems.map(({ origin, line, text }) => `problem in ${origin}:${line}: ${text}`),
    ];
    return { json: { isOn, rules: rules.length, problems, open, file }, text: lines.join('\n') };
  },
};

function rulesSwitch(word: 'start' | 'stop', summary: string): Command {
  return {
    path: `rules ${word}`,
    summary,
    examples: [[`orc rules ${word}`, summary.toLowerCase()]],
    async run(_args, { connect }) {
      const answer = await (await connect()).call('switchRules', { body: { on: word === 'start' } });
      return { json: answer, text: `rules are ${answer.isOn ? 'on' : 'off'}` };
    },
  };
}

export const rulesCommands: readonly Command[] = [
  rulesList,
  rulesExplain,
  rulesCheck,
  ...rulesEdit,
  rulesFields,
  rulesStatus,
  rulesSwitch('start', 'Judge messages, git and work again'),
  rulesSwitch('stop', 'Judge nothing for now; what is sent and committed is still written down'),
];
