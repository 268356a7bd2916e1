import { randomUUID } from 'node:crypto';
import type { Client } from './client.ts';
import { compactIfPlanned } from './compaction.ts';
import { crashIfPlanned, hangIfPlanned } from './crash.ts';
import { failIfPlanned } from './failure.ts';
import { addHookTexts, recordHooks } from './hook-effects.ts';
import type { HookOutcome } from './hook-runner.ts';
import type { Incoming } from './inbox.ts';
import { estimateTokens } from './meter.ts';
import { pause, untilFile } from './pause.ts';
import {
  buildAssistantRecord,
  buildRequestBlob,
  buildUserRecord,
  type Body,
  type ContentBlock,
} from './records.ts';
import { takeTurn } from './script.ts';
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
  const goBack = markPlace(client);
  front.setBusy(true);
  front.setPlaceholder(undefined);
  try {
    const end = await playTurn(client, turn, incoming);
    if (end === 'ended') endQuietly(client, turn);
    return end;
  } catch (error) {
    if (!signal.aborted) throw error;
    if (turn.hasAnswered || incoming.kind !== 'prompt') interrupt(client);
    else {
      goBack();
      front.restorePrompt(incoming.shown);
    }
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
  const outcome = await (incoming.submitted ??
    client.hooks.run('UserPromptSubmit', { prompt: incoming.text }, { signal }));
  signal.throwIfAborted();
  if (isRefused(client, outcome)) return false;
  if (incoming.kind === 'wake' || incoming.submitted) recordQueue(client, { operation: 'dequeue' });
  enter(client, incoming, outcome, buildPrompt(client, incoming));
  return true;
}

/** Lets everything that came meanwhile join the turn, after the running tool's result. */
async function join(client: Client, signal: AbortSignal): Promise<void> {
  for (const incoming of client.inbox.takeJoining()) {
    const outcome = await incoming.submitted;
    if (isRefused(client, outcome)) continue;
    const { text: content } = incoming;
    recordQueue(client, { operation: 'remove', reason: 'absorbed_mid_turn', content });
    const commandMode = incoming.kind === 'wake' ? 'task-notification' : 'prompt';
    enter(client, incoming, outcome, {
      type: 'attachment',
      attachment: { type: 'queued_command', prompt: content, commandMode },
    });
  }
  signal.throwIfAborted();
}

function isRefused({ front }: Client, outcome: HookOutcome | undefined): boolean {
  const refusal = outcome?.blocks[0]?.text ?? outcome?.stop;
  if (refusal !== undefined) front.showResult(`UserPromptSubmit operation blocked by hook: ${refusal}`);
  return refusal !== undefined;
}

function recordQueue({ session, clock }: Client, facts: Body): void {
  const timestamp = new Date(clock.now()).toISOString();
  session.transcript.addLoose({ type: 'queue-operation', ...facts, timestamp, sessionId: session.id });
}

function buildPrompt({ session, options }: Client, incoming: Incoming): Body {
  if (incoming.kind === 'prompt') session.prompts += 1;
  return buildUserRecord({
    text: incoming.text,
    promptId: session.promptId ?? '',
    permissionMode: session.permissionMode,
    source: incoming.kind === 'wake' ? 'system' : options.isPrint ? 'sdk' : 'typed',
    promptIndex: session.prompts,
    turnIndex: session.turns,
  });
}

function enter(client: Client, incoming: Incoming, outcome: HookOutcome | undefined, record: Body): void {
  const { kind, text, raw, shown } = incoming;
  if (shown !== '') client.front.showPrompt(shown, kind === 'prompt' ? 'person' : 'notice');
  client.session.transcript.add(record);
  client.conversation.addUser(kind === 'wake' ? wakeEnvelope(text) : text, raw);
  if (!outcome) return;
  recordHooks(client, outcome);
  addHookTexts(client, outcome);
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
  const scripted = takeTurn(script, conversation.news().texts.join('\n'));
  const thinkMs = (scripted?.delayMs ?? least + random() * (most - least)) * pace;
  await pause(thinkMs, signal);
  if (scripted?.heldBy !== undefined) await untilFile(scripted.heldBy, signal);
  const place = (call: ToolCall): PlacedCall => ({
    ...call,
    id: `toolu_sim_${randomUUID().slice(0, 13)}`,
    ...(scripted?.isAsking === true && { isAsking: true }),
  });
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

/** A prompt that got no answer goes back into the input, and the conversation to where it was before. */
function markPlace({ session, conversation }: Client): () => void {
  const { end } = session.transcript;
  const forget = conversation.mark();
  return () => {
    session.transcript.continueFrom(end);
    forget();
  };
}

/** Esc: no hook runs. */
function interrupt({ session, front, conversation }: Client): void {
  const text = '[Request interrupted by user]';
  session.transcript.add({ type: 'user', message: { role: 'user', content: [{ type: 'text', text }] } });
  conversation.addUser(text, text);
  front.showResult('Interrupted · What should Claude do instead?');
}
