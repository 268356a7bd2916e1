import { randomUUID } from 'node:crypto';
import type { Client } from './client.ts';
import { compact } from './compaction.ts';
import { startSession } from './hook-effects.ts';

/** Runs a line that begins with a slash. Commands that are not simulated say so and change nothing. */
export async function runCommand(
  client: Client,
  line: string,
  options: { readonly signal: AbortSignal; readonly exit: () => Promise<void> },
): Promise<void> {
  const { front } = client;
  const [name = '', ...words] = line.trim().split(/\s+/);
  front.showPrompt(line, 'person');
  if (name === '/exit' || name === '/quit') return options.exit();
  if (name === '/clear') return clearSession(client);
  if (name !== '/compact') {
    front.showResult(`${name} is not simulated`);
    return;
  }
  front.setBusy(true);
  try {
    await compact(client, 'manual', words.join(' '), options.signal);
  } catch (error) {
    if (!options.signal.aborted) throw error;
    front.showResult('Compaction canceled');
  } finally {
    front.setActivity(undefined);
    front.setBusy(false);
  }
}

/** The session id and the transcript change; waiters of the old session go on waiting. */
async function clearSession(client: Client): Promise<void> {
  const { hooks, session, conversation, brain, meter, front } = client;
  await hooks.run('SessionEnd', { reason: 'clear' });
  session.id = randomUUID();
  session.transcript = client.openTranscript(session.id);
  session.promptId = undefined;
  conversation.clear();
  brain.forget();
  meter.forget();
  front.clear();
  client.onNewSession();
  await startSession(client, 'clear');
  front.refreshStatusLine();
}
