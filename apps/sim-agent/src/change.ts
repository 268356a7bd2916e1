import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskText } from './message-text.ts';

/** The small real change that stands for the work of a task. No two tasks touch the same file, so branches merge. */
export interface Change {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** A part of a tag name. */
  readonly feature: string;
}

export type Language = 'javascript' | 'python' | 'shell';

interface Subject {
  readonly id: string;
  readonly name: string;
  readonly task: TaskText;
}

/** What the project is written in, by the files at its root. */
export function findLanguage(directory: string): Language {
  const has = (...names: string[]) => names.some((name) => existsSync(join(directory, name)));
  if (has('package.json')) return 'javascript';
  if (has('pyproject.toml', 'requirements.txt', 'setup.py', 'app.py')) return 'python';
  return 'shell';
}

// Where a role's own files lie; a role that is not named here works like a developer.
const notesOf: Readonly<Record<string, string>> = {
  orchestrator: 'project_management',
  'project-manager': 'project_management',
  testrunner: 'test-results',
  researcher: 'research',
  'documentation-writer': 'docs',
  'code-reviewer': 'docs/reviews',
  architect: 'docs/architecture',
  logtracker: 'monitoring',
  devops: 'deployment',
  sysadmin: 'infrastructure',
  securityops: 'security',
  networkops: 'network',
  monitoringops: 'monitoring',
  databaseops: 'database',
};

/** Pure. The same task of the same role always gives the same files. */
export function planChange(id: string, task: TaskText, role: string, language: Language): Change {
  const feature = slugOf(task.title);
  const name = `${feature}-${numberOf(id)}`;
  const subject = { id, name, task };
  const notes = notesOf[role];
  if (notes !== undefined)
    return { feature, files: [{ path: `${notes}/${name}.md`, text: noteOf(subject) }] };
  if (role === 'tester') return { feature, files: [testOf(subject, language)] };
  const source = sourceOf(subject, language);
  return {
    feature,
    files: [source, { path: `docs/changes/${name}.md`, text: `- ${oneLine(task.title)} (${source.path})\n` }],
  };
}

/** Up to 40 characters of whole words, fit for a file or a tag. */
export function slugOf(text: string): string {
  const slug = (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).join('-');
  const whole = slug.length > 40 ? slug.slice(0, 41).replace(/-[^-]*$/, '') : slug;
  return whole.slice(0, 40) || 'task';
}

/** `demo.t-01-write-celsius` → `t-01`: the number alone tells the tasks of a project apart. Other ids stay whole. */
function numberOf(id: string): string {
  const own = slugOf(id.slice(id.lastIndexOf('.') + 1));
  return /^([a-z]+-\d+)-/.exec(own)?.[1] ?? own;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function noteOf({ id, task }: Subject): string {
  const list = task.criteria.map((criterion) => `- ${oneLine(criterion)}`);
  return [
    `# ${oneLine(task.title)}`,
    '',
    `Written by the simulated agent for task ${id}.`,
    ...(task.objective === undefined ? [] : ['', oneLine(task.objective)]),
    ...(list.length === 0 ? [] : ['', ...list]),
    '',
  ].join('\n');
}

function camelCase(name: string): string {
  const joined = name.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
  return /^[a-z]/.test(joined) ? joined : `task${joined}`;
}

function sourceOf({ id, name, task }: Subject, language: Language): { path: string; text: string } {
  const note = `Simulated work for task ${id}: ${oneLine(task.title)}`;
  const facts = JSON.stringify({ title: oneLine(task.title), criteria: task.criteria.map(oneLine) });
  const snake = name.replaceAll('-', '_');
  if (language === 'javascript')
    return {
      path: `src/${name}.mjs`,
      text: `/** ${note.replaceAll('*/', '* /')} */\nexport function ${camelCase(name)}() {\n  return ${facts};\n}\n`,
    };
  if (language === 'python')
    return { path: `src/${snake}.py`, text: `# ${note}\ndef task_${snake}():\n    return ${facts}\n` };
  return {
    path: `src/${name}.sh`,
    text: `# ${note}\ntask_${snake}() {\n  printf '%s\\n' '${oneLine(task.title).replaceAll("'", "'\\''")}'\n}\n`,
  };
}

function testOf({ id, name, task }: Subject, language: Language): { path: string; text: string } {
  const criteria = task.criteria.length > 0 ? task.criteria.map(oneLine) : [oneLine(task.title)];
  const note = `Simulated work for task ${id}: the criteria as open tests.`;
  const snake = name.replaceAll('-', '_');
  if (language === 'javascript') {
    const lines = criteria.map((criterion) => `test.todo(${JSON.stringify(criterion)});`);
    return {
      path: `tests/${name}.test.mjs`,
      text: `// ${note}\nimport test from 'node:test';\n\n${lines.join('\n')}\n`,
    };
  }
  if (language === 'python') {
    const lines = criteria.map(
      (criterion, index) =>
        `    @unittest.skip(${JSON.stringify(criterion)})\n    def test_${index + 1}(self):\n        pass\n`,
    );
    return {
      path: `tests/test_${snake}.py`,
      text: `# ${note}\nimport unittest\n\n\nclass Criteria(unittest.TestCase):\n${lines.join('\n')}`,
    };
  }
  return { path: `tests/${name}.md`, text: noteOf({ id, name, task }) };
}
