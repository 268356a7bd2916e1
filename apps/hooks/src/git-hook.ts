import { readFileSync } from 'node:fs';
import { ask, readToken } from './daemon.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { log, readStdin, writeAll } from './files.ts';

/*
 * What git runs in an agent's worktree: the daemon is told of a commit, and asked about a message or a push.
 * Without a daemon, out of time, or when anything goes wrong, it ends with 0 and without a word, because
 * nobody's commit may fail for it; only what the daemon refuses ends with 3.
 */
const REFUSED = 3;
const MESSAGE_BYTES_MAX = 65_536;

const [hook = '', ...words] = process.argv.slice(2);
const environment = readEnvironment(process.env, []);
if (environment !== undefined) void run(environment);

async function run(environment: Environment): Promise<void> {
  process.on('uncaughtException', (error) => giveUp(environment, error));
  setTimeout(() => process.exit(0), environment.deadlineMs);
  try {
    process.exit(await tell(environment));
  } catch (error) {
    giveUp(environment, error);
  }
}

async function tell(environment: Environment): Promise<number> {
  const facts = readFacts();
  const token = readToken(environment);
  if (facts === undefined || token === '') return 0;
  const runBy = process.env['ORC_GIT_RUN_BY'] || null;
  const body = Buffer.from(JSON.stringify({ runBy, ...facts }));
  const outcome = await ask(environment, { path: '/v1/git-hooks', body, token });
  if (outcome.kind !== 'answer' || outcome.status >= 300) return 0;
  const { verdict, text } = JSON.parse(outcome.text) as { verdict: string; text: string };
  if (text !== '') writeAll(2, `${text}\n`);
  return verdict === 'refuse' ? REFUSED : 0;
}

/** What `@orc/git-hooks` passes to its program, as the daemon takes it. */
function readFacts(): object | undefined {
  if (hook === 'commit-msg') {
    const [file = '', branch] = words;
    const message = readFileSync(file).subarray(0, MESSAGE_BYTES_MAX).toString('utf8');
    return { hook, branch: branch || null, message };
  }
  const [first = '', ...rest] = words;
  const lines = readStdin().toString('utf8').split('\n');
  if (hook === 'pre-push') {
    const refs = lines
      .filter((line) => line !== '')
      .map((line) => {
        const [localRef = '', localSha = '', remoteRef = '', remoteSha = ''] = line.split(' ');
        return { localRef, localSha, remoteRef, remoteSha };
      });
    return { hook, branch: rest[0] || null, remote: first, refs };
  }
  const [sha = '', parents = '', seconds = '', authorEmail = '', ...subject] = lines;
  if (hook !== 'post-commit' || sha === '') return undefined;
  return {
    hook,
    branch: first || null,
    commit: {
      sha,
      parents: parents.split(' ').filter((parent) => parent !== ''),
      at: Number(seconds) * 1_000,
      authorEmail,
      subject: subject.join(' '),
    },
  };
}

function giveUp(environment: Environment, error: unknown): never {
  log(environment, 'a git hook failed', { hook, problem: String(error) });
  process.exit(0);
}
