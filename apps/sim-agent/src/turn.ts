import { randomUUID } from 'node:crypto';
import type { Client } from './client.ts';
import { compactIfPlanned } from './compaction.ts';
import { crashIfPlanned, hangIfPlanned } from './crash.ts';
import { failIfPlanned } from './failure.ts';
import { addHookTexts, recordHooks } from './hook-effects.ts';
import type { HookOutcome } from './hook-runner.ts';
import type { Incoming } from './inbox.ts';
import { estimateTokens } from './meter.ts';
import { pause } from './pause.ts';
import { buildAssistantRecord, buildRequestBlob, buildUserRecord, type ContentBlock } from './records.ts';
import { endWithStopHooks } from './stop.ts';
import { runTools, type PlacedCall } from './tool-round.ts';
import type { ToolCall } from './tools.ts';
import { clientVersion } from './version.ts';

/** `discarded`: a UserPromptSubmit hook refused the prompt. `failed`: a limit or an error of the API. */
export type TurnEnd = 'ended' | 'interrupted' | 'failed' | 'discarded';

interface Turn {
  readonly id: string;
  readonly startedAt: number;
  readonly signal: AbortSignal;
  /** How often Stop hooks have made this turn go on. */
  continued: number;
  hasAnswered: boolean;
}

interface Answer {
  readonly text: string;
  readonly calls: readonly PlacedCall[];
  readonly thinkMs: number;
}

/** Plays one turn from the prompt to Stop. An abort ends it without any event, as Esc does in the client. */
export async function runTurn(client: Client, incoming: Incoming, signal: AbortSignal): Promise<TurnEnd> {
  const { session, front, clock } = client;
  const turn: Turn = { id: randomUUID(), startedAt: clock.now(), signal, continued: 0, hasAnswered: false };
  session.promptId = randomUUID();
  session.turns += 1;
  front.setBusy(true);
  front.setPlaceholder(undefined);
  try {
    const end = await playTurn(client, turn, incoming);
    if (end === 'ended') endQuietly(client, turn);
    return end;
  } catch (error) {
    if (!signal.aborted) throw error;
    interrupt(client, turn, incoming);
    return 'interrupted';
  } finally {
    front.setActivity(undefined);
    front.setBusy(false);
    front.refreshStatusLine();
    session.turnsDone += 1;
  }
}

async function playTurn(client: Client, turn: Turn, incoming: Incoming): Promise<TurnEnd> {
  if (!(await submit(client, incoming, turn.signal))) return 'discarded';
  for (;;) {
    crashIfPlanned(client);
    await compactIfPlanned(client, turn.signal);
    const request = sendRequest(client);
    await hangIfPlanned(client, turn.signal);
    if (await failIfPlanned(client, request.id, turn.signal)) return 'failed';
    const answer = await think(client, turn.signal);
    turn.hasAnswered = true;
    recordAnswer(client, turn, request.id, answer);
    if (answer.calls.length > 0) {
      const round = await runTools(client, answer.calls, turn.signal);
      if (round === 'ended') return 'ended';
      if (round === 'rejected') return 'interrupted';
      await join(client, turn.signal);
      continue;
    }
    const isOver = await endWithStopHooks(client, turn, answer.text);
    if (isOver) return 'ended';
  }
}

/** Brings a prompt into the conversation. Returns false when a hook refused it. */
async function submit(client: Client, incoming: Incoming, signal: AbortSignal): Promise<boolean> {
  const { hooks, front } = client;
  const outcome = await (incoming.submitted ??
    hooks.run('UserPromptSubmit', { prompt: incoming.text }, { signal }));
  signal.throwIfAborted();
  return enter(client, incoming, outcome, () => front.showPrompt(incoming.shown, shownAs(incoming)));
}

/** Lets everything that came meanwhile join the turn, after the running tool's result. */
async function join(client: Client, signal: AbortSignal): Promise<void> {
  for (const incoming of client.inbox.takeJoining()) {
    const outcome = await incoming.submitted;
    signal.throwIfAborted();
    enter(client, incoming, outcome, () => client.front.showPrompt(incoming.shown, shownAs(incoming)));
  }
}

function shownAs(incoming: Incoming): 'person' | 'notice' {
  return incoming.kind === 'prompt' ? 'person' : 'notice';
}

function enter(
  client: Client,
  incoming: Incoming,
  outcome: HookOutcome | undefined,
  show: () => void,
): boolean {
  const { session, conversation, front, clock } = client;
  const refusal = outcome?.blocks[0]?.text ?? outcome?.stop;
  if (refusal !== undefined) {
    front.showResult(`UserPromptSubmit operation blocked by hook: ${refusal}`);
    return false;
  }
  if (incoming.kind === 'prompt') session.prompts += 1;
  const isQueued = incoming.kind === 'wake' || incoming.submitted !== undefined;
  const queueRecord = (operation: string) =>
    session.transcript.addLoose({
      type: 'queue-operation',
      operation,
      timestamp: new Date(clock.now()).toISOString(),
      sessionId: session.id,
    });
  if (isQueued) queueRecord('dequeue');
  show();
  session.transcript.add(
    buildUserRecord({
      text: incoming.text,
      promptId: session.promptId ?? '',
      permissionMode: session.permissionMode,
      source: incoming.kind === 'wake' ? 'system' : client.options.isPrint ? 'sdk' : 'typed',
      promptIndex: session.prompts,
      turnIndex: session.turns,
    }),
  );
  conversation.addUser(incoming.kind === 'wake' ? wakeEnvelope(incoming.text) : incoming.text, incoming.raw);
  if (outcome) {
    recordHooks(client, outcome);
    addHookTexts(client, outcome);
  }
  return true;
}

function wakeEnvelope(text: string): string {
  return [
    '<system-reminder>',
    '[SYSTEM NOTIFICATION - NOT USER INPUT]',
    'This is an automated background-task event, NOT a message from the user.',
    'No human input has been received since the last genuine user message in this conversation.',
    '',
    text,
    '</system-reminder>',
  ].join('\n');
}

function sendRequest(client: Client): { readonly id: string } {
  const { session, conversation, clock } = client;
  for (const message of conversation.takeUnsent())
    session.transcript.addLoose(buildRequestBlob(session.id, message));
  const id = randomUUID();
  session.transcript.addLoose({
    type: 'api-request',
    id,
    timestamp: new Date(clock.now()).toISOString(),
    version: clientVersion,
    querySource: client.options.isPrint ? 'sdk' : 'repl_main_thread',
  });
  return { id };
}

async function think(client: Client, signal: AbortSignal): Promise<Answer> {
  const { script, scenario, brain, conversation, pace, random } = client;
  const [least, most] = scenario.thinkMs;
  const scripted = script.shift();
  const thinkMs = (scripted?.delayMs ?? least + random() * (most - least)) * pace;
  await pause(thinkMs, signal);
  const place = (call: ToolCall): PlacedCall => ({ ...call, id: `toolu_sim_${randomUUID().slice(0, 13)}` });
  let answer: Answer;
  if (scripted) {
    client.meter.contextTokens = scripted.inputTokens ?? client.meter.contextTokens;
    answer = { text: scripted.text, calls: scripted.tools.map(place), thinkMs };
  } else {
    const decision = brain.decide(conversation.news());
    const calls = decision.call ? [place(decision.call)] : [];
    for (const { id } of calls) brain.expect(id);
    answer = { text: decision.text, calls, thinkMs };
  }
  conversation.markAnswered();
  return answer;
}

function recordAnswer(client: Client, turn: Turn, requestRef: string, answer: Answer): void {
  const { session, front, meter, conversation, options, scenario } = client;
  const blocks: ContentBlock[] = [
    ...(answer.text === '' && answer.calls.length > 0 ? [] : [{ type: 'text', text: answer.text } as const]),
    ...answer.calls.map(({ id, tool, input }) => ({ type: 'tool_use', id, name: tool, input }) as const),
  ];
  conversation.addAssistant(JSON.stringify(blocks));
  const usage = {
    inputTokens: meter.contextTokens ?? estimateTokens(conversation.characters),
    outputTokens: Math.ceil(JSON.stringify(blocks).length / 4),
  };
  meter.addAnswer(usage, Math.round(answer.thinkMs), scenario.costPerAnswerUsd);
  front.setTokens(usage.outputTokens);
  const ids = { messageId: `msg_sim_${randomUUID()}`, requestId: `req_sim_${randomUUID()}`, requestRef };
  const stopReason = answer.calls.length > 0 ? 'tool_use' : 'end_turn';
  for (const [blockIndex, block] of blocks.entries()) {
    const uuid = session.transcript.add(
      buildAssistantRecord({ block, blockIndex, ...ids, model: options.model, stopReason, usage }),
    );
    for (const call of answer.calls)
      if (block.type === 'tool_use' && block.id === call.id) call.assistantUuid = uuid;
  }
  if (answer.text !== '') {
    front.showAnswer(answer.text);
    const fields = { turn_id: turn.id, message_id: randomUUID(), index: 0, final: true, delta: answer.text };
    // The client does not wait for these: the last one and Stop race.
    if (client.hooks.has('MessageDisplay')) void client.hooks.run('MessageDisplay', fields);
  }
  front.refreshStatusLine();
}

function endQuietly(client: Client, turn: Turn): void {
  const durationMs = client.clock.now() - turn.startedAt;
  if (!client.options.isPrint)
    client.session.transcript.add({
      type: 'system',
      subtype: 'turn_duration',
      durationMs,
      messageCount: client.session.turns,
      isMeta: false,
    });
  client.front.showTurnEnd(durationMs);
}

/** Esc: no hook runs. A prompt that got no answer yet goes back into the input. */
function interrupt(client: Client, turn: Turn, incoming: Incoming): void {
  const { session, front, conversation } = client;
  if (!turn.hasAnswered && incoming.kind === 'prompt') {
    conversation.withdraw(incoming.raw);
    front.restorePrompt(incoming.shown);
    return;
  }
  const text = '[Request interrupted by user]';
  session.transcript.add({ type: 'user', message: { role: 'user', content: [{ type: 'text', text }] } });
  conversation.addUser(text, text);
  front.showResult('Interrupted · What should Claude do instead?');
}
