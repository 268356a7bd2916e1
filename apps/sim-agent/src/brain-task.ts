import { findLanguage, planChange } from './change.ts';
import { readTaskText, type DeliveredMessage } from './message-text.ts';
import type { ToolCall } from './tools.ts';

/** One tool call of the brain, with what it says before it. */
export interface Step {
  readonly text: string;
  readonly call: ToolCall;
}

export interface StepResult {
  readonly isError: boolean;
  readonly content: string;
}

/** A piece of work: yields its steps, is given their results, and returns its last words. */
export type Work = Generator<Step, string, StepResult>;

export interface Worker {
  readonly agent: string;
  readonly role: string;
  readonly cwd: string;
  readonly clock: { now(): number };
}

const triesMax = 3;

/** Does a task: reports the start, writes a small change, commits it by the rules, reports the end. */
export function* workOnTask(message: DeliveredMessage, worker: Worker): Work {
  const { id } = message;
  const task = readTaskText(message.body);
  const started = yield* retry(
    say(`Starting task ${id}: ${task.title}`, `orc task start ${quote(id)}`, 'Report the start'),
  );
  if (started.isError && isRefusal(started.content))
    return `Task ${id} was refused: ${lastLine(started.content)}`;

  const change = planChange(id, task, worker.role, findLanguage(worker.cwd));
  const paths = change.files.map(({ path }) => path);
  const written = yield say(
    `I write ${paths.join(' and ')}.`,
    writeCommand(change.files),
    'Write the change',
  );
  if (written.isError)
    return yield* giveUp(id, `the files could not be written: ${lastLine(written.content)}`);

  const commit = commitCommand({ ...worker, id, title: task.title, paths, feature: change.feature });
  const committed = yield say('I commit this one change.', commit, 'Commit the change');
  if (committed.isError) return yield* giveUp(id, `the commit failed: ${lastLine(committed.content)}`);

  const result = `${task.title}: wrote ${paths.join(' and ')}, commit ${lastLine(committed.content)}`;
  const done = yield* retry(say('', `orc task done ${quote(id)} ${quote(result)}`, 'Report the end'));
  if (done.isError)
    return `Task ${id} is committed, but its end could not be reported: ${lastLine(done.content)}`;
  if (message.isReplyExpected) yield* sendReply(message, `COMPLETED task ${id}. ${result}`);
  return `Task ${id} is done. ${result}. ${markOf(id)}`;
}

/** Answers a question or a request for a status. */
export function* workOnReply(message: DeliveredMessage, text: string): Work {
  const sent = yield* sendReply(message, text);
  if (sent.isError) return `My answer to ${message.id} could not be sent: ${lastLine(sent.content)}`;
  return `Answered ${message.sender}. ${markOf(message.id)}`;
}

/** Stands at the end of the words about a message that needs nothing more; a resumed session finds it again. */
export function markOf(id: string): string {
  return `(orc:${id} handled)`;
}

export function findMarks(text: string): string[] {
  return [...text.matchAll(/\(orc:(\S+) handled\)/g)].map((match) => match[1] ?? '');
}

/** One word for the shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function say(text: string, command: string, description: string): Step {
  return { text, call: { tool: 'Bash', input: { command, description } } };
}

function* sendReply(message: DeliveredMessage, text: string): Generator<Step, StepResult, StepResult> {
  const command = `orc send ${quote(message.sender)} --in-reply-to ${quote(message.id)} ${quote(text)}`;
  return yield* retry(say(`I answer ${message.sender}.`, command, 'Answer a message'));
}

/** A command of orc that failed for a passing reason is tried again; a refusal is final. */
function* retry(step: Step): Generator<Step, StepResult, StepResult> {
  let result = yield step;
  for (let tries = 1; tries < triesMax && result.isError && !isRefusal(result.content); tries += 1)
    result = yield { ...step, text: `That failed: ${lastLine(result.content)}. I try again.` };
  return result;
}

function* giveUp(id: string, reason: string): Work {
  yield* retry(
    say(`I cannot finish task ${id}.`, `orc task fail ${quote(id)} ${quote(reason)}`, 'Report the failure'),
  );
  return `Task ${id} failed: ${reason}. ${markOf(id)}`;
}

/** A code of orc says that it understood and said no; a daemon that did not answer said nothing. */
function isRefusal(output: string): boolean {
  return /\bORC_(?!CONTRACTS_(DAEMON_ABSENT|CONNECTION_LOST))[A-Z_]+/.test(output);
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

function writeCommand(files: readonly { readonly path: string; readonly text: string }[]): string {
  const end = 'END_OF_SIMULATED_FILE';
  return files
    .map(({ path, text }) => {
      const folder = path.slice(0, path.lastIndexOf('/'));
      return `mkdir -p ${quote(folder)} && cat > ${quote(path)} <<'${end}'\n${text}${end}`;
    })
    .join('\n');
}

function commitCommand(input: {
  readonly id: string;
  readonly title: string;
  readonly paths: readonly string[];
  readonly feature: string;
  readonly role: string;
  readonly clock: { now(): number };
}): string {
  const { id, title, role } = input;
  const paths = input.paths.map(quote).join(' ');
  const stamp = new Date(input.clock.now())
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '-');
  // A title such as "Updates" says nothing by itself; the file makes the message specific.
  const isVague = title.trim().split(/\s+/).length < 3;
  const subject = `Complete: ${title}${isVague ? ` in ${input.paths[0] ?? ''}` : ''}`;
  const body = `Task ${id} of ${role || 'the agent'}. Files: ${input.paths.join(', ')}. Made by the simulation.`;
  const name = quote(`${role || 'agent'} (simulation)`);
  const mail = quote(`${role || 'agent'}@simulation.invalid`);
  return [
    // A fresh machine has no git identity, and a demo must not ask for one.
    `git config user.email > /dev/null || export GIT_AUTHOR_NAME=${name} GIT_AUTHOR_EMAIL=${mail} GIT_COMMITTER_NAME=${name} GIT_COMMITTER_EMAIL=${mail}`,
    `git add -- ${paths} && {`,
    // A task that comes a second time finds its change already committed.
    `  git diff --cached --quiet -- ${paths} || {`,
    `    git commit --quiet -m ${quote(subject)} -m ${quote(body)} -- ${paths} &&`,
    `    git tag ${quote(`stable-${input.feature}-${stamp}`)}`,
    '  }',
    '} && git rev-parse --short HEAD',
  ].join('\n');
}
