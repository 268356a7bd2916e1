import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isErrno } from '@orc/errors';
import { isSet, textOf, type Command } from '../command.ts';
import { errors } from '../errors.ts';
import { formatTable } from '../table.ts';
import { writeAt } from '../write-at.ts';

const configShow: Command = {
  path: 'config show',
  summary: 'Print every setting',
  options: { origin: { type: 'boolean', describe: 'Say where each value came from' } },
  examples: [['orc config show --origin', 'values and whether they are defaults']],
  async run(args, { connect }) {
    const { values } = await (await connect()).call('config', {});
    const rows = values.map(({ key, value, origin }) => [
      key,
      JSON.stringify(value),
      ...(isSet(args, 'origin') ? [origin] : []),
    ]);
    return { json: { values }, text: formatTable(rows) };
  },
};

const configGet: Command = {
  path: 'config get',
  summary: 'Print one setting',
  positionals: [{ name: 'key', describe: 'Such as agents.runtime' }],
  examples: [['orc config get agents.runtime', 'its value']],
  async run(args, { connect }) {
    const key = textOf(args, 'key');
    const { values } = await (await connect()).call('config', {});
    const found = values.find((each) => each.key === key);
    if (!found) throw errors.usage(`There is no setting "${key}".`, '"orc config show" lists them.');
    return {
      json: found.value,
      text: typeof found.value === 'string' ? found.value : JSON.stringify(found.value),
    };
  },
};

const configSet: Command = {
  path: 'config set',
  summary: 'Change one setting in config.yaml; a value that cannot be used is refused',
  positionals: [
    { name: 'key', describe: 'Such as agents.runtime' },
    { name: 'value', describe: 'As JSON: 30, true, ["a", "b"]; anything else is text' },
  ],
  examples: [['orc config set agents.runtime sim', 'agents are simulated from the next "orc up" on']],
  async run(args, { connect }) {
    const client = await connect();
    const answer = await client.call('setConfig', {
      body: { key: textOf(args, 'key'), value: readValue(textOf(args, 'value')) },
    });
    const note = answer.needsRestart ? '; it counts after "orc daemon restart"' : '';
    return { json: answer, text: `${answer.key} is set in ${answer.path}${note}` };
  },
};

/** Numbers, booleans, null and JSON are what they look like; everything else is text. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const configSchema: Command = {
  path: 'config schema',
  summary: 'Print the JSON Schema of config.yaml, for editors',
  examples: [['orc config schema > orc.schema.json', 'the schema']],
  async run(_args, { connect }) {
    const { schema } = await (await connect()).call('config', {});
    return { json: schema, text: JSON.stringify(schema, null, 2) };
  },
};

const configValidate: Command = {
  path: 'config validate',
  summary: 'Check config.yaml without using it',
  examples: [['orc config validate', 'says which key is wrong, and what was meant']],
  async run(_args, { connect, layout }) {
    const { problems } = await (await connect()).call('checkConfig', {});
    const text = problems.length === 0 ? `${layout.config} can be used` : problems.join('\n');
    return { json: { path: layout.config, problems }, text, exitCode: problems.length === 0 ? 0 : 1 };
  },
};

const configInit: Command = {
  path: 'config init',
  summary: 'Write a config.yaml that names every setting, each commented out',
  examples: [['orc config init', 'an existing file is left alone']],
  async run(_args, { connect, layout }) {
    const { values } = await (await connect()).call('config', {});
    const lines = values.map(({ key, value }) => `# ${key}: ${JSON.stringify(value)}`);
    const text = [
      '# Every setting with its default. Write "section:" and below it, indented, "key: value".',
      ...lines,
      '',
    ].join('\n');
    const path = layout.config;
    const written = writeAt(path, () => writeNew(path, text));
    return { json: { path, written }, text: written ? `wrote ${path}` : `${path} is there already` };
  },
};

/** Returns false, and changes nothing, when there is such a file. */
function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    return false;
  }
}

const backup: Command = {
  path: 'backup',
  summary: 'Copy the database while it is in use',
  positionals: [{ name: 'file', describe: 'Where to; without it, below ORC_HOME/backups', isOptional: true }],
  examples: [['orc backup', 'writes a copy and prints its path']],
  async run(args, { connect, directory }) {
    const file = textOf(args, 'file');
    // The daemon stands elsewhere, where a relative path is another one.
    const body = file === '' ? {} : { path: resolve(directory, file) };
    const answer = await (await connect()).call('backup', { body });
    return { json: answer, text: answer.path };
  },
};

export const systemCommands: readonly Command[] = [
  configShow,
  configGet,
  configSet,
  configSchema,
  configValidate,
  configInit,
  backup,
];
