import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { RouteOutput } from '@orc/contracts';
import { stringOption, textOf, type Command } from '../command.ts';
import { errors } from '../errors.ts';
import { writeAt } from '../write-at.ts';

const projectName = { type: 'string', describe: 'Name of the project; without it, the only one' } as const;

const TEMPLATE = `# Rules of orc; docs/rules.md says how they are written. See "orc rules list" and "orc rules fields".
version: 1
rules: []
#  - id: stay-close        # the id of a built-in rule changes what is said again
#    when: { behind: { above: 10 } }
#  - id: no-chit-chat
#    enabled: false
fixtures: []
#  - name: eleven behind
#    git: { behind: 11 }
#    violates: [stay-close]
`;

const rulesTest: Command = {
  path: 'rules test',
  summary: 'Judge the examples beside the rules; each must violate exactly the rules that it names',
  positionals: [{ name: 'file', describe: 'A rules file to try out, in use or not', isOptional: true }],
  options: { project: projectName },
  examples: [
    ['orc rules test', 'examples of the files in use'],
    ['orc rules test rules.yaml', 'a file before it is put in place; ends with 1 when something is wrong'],
  ],
  async run(args, { connect, directory }) {
    const file = textOf(args, 'file');
    const path = file === '' ? undefined : resolve(directory, file);
    const client = await connect();
    const answer = await client.call('testRules', {
      body: {
        project: stringOption(args, 'project'),
        ...(path !== undefined && { path, text: readText(path) }),
      },
    });
    return { json: answer, ...shownTest(answer) };
  },
};

const rulesEditCommand: Command = {
  path: 'rules edit',
  summary: 'Open the rules file in your editor, and check it when you are done',
  options: {
    project: { type: 'string', describe: "Edit this project's .orc/rules.yaml, not the file for all" },
  },
  examples: [['orc rules edit', 'opens ORC_HOME/rules.yaml; a change is in use two seconds later']],
  async run(args, { connect, environment }) {
    const client = await connect();
    const project = stringOption(args, 'project');
    const { file } = await client.call('rules', { query: { project } });
    if (!existsSync(file))
      writeAt(file, () => {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, TEMPLATE);
      });
    const [editor = 'vi', ...words] = (environment['VISUAL'] ?? environment['EDITOR'] ?? 'vi').split(' ');
    const { status, error } = spawnSync(editor, [...words, file], { stdio: 'inherit', env: environment });
    if (error || status !== 0) throw errors.editorFailed(editor, file, error);
    const answer = await client.call('testRules', { body: { project, path: file, text: readText(file) } });
    const { text, exitCode } = shownTest(answer);
    return { json: { file, ...answer }, text: `${file}\n${text}`, exitCode };
  },
};

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw errors.notReadable(path, error);
  }
}

function shownTest({ problems, results, rules }: RouteOutput<'testRules'>) {
  const wrong = results.filter(({ isAsExpected }) => !isAsExpected);
  const lines = [
    ...problems.map(({ origin, line, text }) => `${origin}:${line}: ${text}`),
    ...wrong.map(({ origin, line, name, text }) => `${origin}:${line}: "${name}": ${text}`),
  ];
  const isGood = lines.length === 0;
  return {
    text: isGood ? `${rules} rules, ${results.length} examples, all as they say` : lines.join('\n'),
    exitCode: isGood ? 0 : 1,
  };
}

export const rulesEdit: readonly Command[] = [rulesTest, rulesEditCommand];
