import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { progressOf, type Client } from './client.ts';
import { recordHooks, startSession } from './hook-effects.ts';
import { estimateTokens } from './meter.ts';
import { pause } from './pause.ts';

/** Compacts in the middle of a turn when it is planned for now. */
export async function compactIfPlanned(client: Client, signal: AbortSignal): Promise<void> {
  if (client.faults.take('compaction', progressOf(client))) await compact(client, 'auto', undefined, signal);
}

/**
 * Replaces the conversation by a summary: PreCompact → SubagentStop (the summariser) → SessionStart (`compact`) →
 * PostCompact. What only the old context held is gone; a SessionStart hook is the one way into the new one.
 */
export async function compact(
  client: Client,
  trigger: 'manual' | 'auto',
  instructions: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { hooks, front, session, meter, conversation, scenario, pace } = client;
  front.setActivity('Compacting conversation…');
  const custom = instructions === undefined || instructions === '' ? null : instructions;
  const before = await hooks.run('PreCompact', { trigger, custom_instructions: custom }, { signal });
  signal.throwIfAborted();
  const block = before.blocks[0];
  if (block) {
    front.setActivity(undefined);
    front.showResult(`Compaction blocked by PreCompact hook: [${block.command}]: ${block.text}`);
    return;
  }
  await pause(scenario.thinkMs[1] * pace, signal);
  const steering = [custom, ...before.texts.map(({ text }) => text)].filter(Boolean).join('\n');
  const summary = `<analysis>simulated</analysis><summary>SIMULATED summary of ${session.turns} turns.${steering === '' ? '' : `\nAdditional Instructions:\n${steering}`}</summary>`;
  await runSummariserHooks(client, summary, signal);
  const preTokens = meter.usage?.inputTokens ?? estimateTokens(conversation.characters);
  const logicalParentUuid = session.transcript.end;
  session.transcript.continueFrom(null);
  session.transcript.add({
    type: 'system',
    subtype: 'compact_boundary',
    content: 'Conversation compacted',
    isMeta: false,
    level: 'info',
    logicalParentUuid,
    compactMetadata: { trigger, preTokens },
  });
  session.transcript.add({
    type: 'user',
    message: { role: 'user', content: summary },
    isCompactSummary: true,
    isVisibleInTranscriptOnly: true,
  });
  conversation.shrink();
  meter.forget();
  recordHooks(client, before);
  await startSession(client, 'compact');
  const after = await hooks.run('PostCompact', { trigger, compact_summary: summary }, { signal });
  front.setActivity(undefined);
  const lines = [before, after].flatMap(({ event, results, texts }) =>
    results.map(({ command }) => {
      const said = texts.find((text) => text.command === command)?.text;
      return `${event} [${command}] completed successfully${said === undefined ? '' : `: ${said}`}`;
    }),
  );
  front.showResult(['Compacted (ctrl+o to see full summary)', ...lines].join('\n'));
  front.refreshStatusLine();
}

async function runSummariserHooks(client: Client, summary: string, signal: AbortSignal): Promise<void> {
  const agentId = `a${randomBytes(8).toString('hex')}`;
  const { path } = client.session.transcript;
  await client.hooks.run(
    'SubagentStop',
    {
      agent_id: agentId,
      agent_type: '',
      stop_hook_active: false,
      agent_transcript_path: join(path.replace(/\.jsonl$/, ''), 'subagents', `agent-${agentId}.jsonl`),
      last_assistant_message: summary,
      background_tasks: [],
      session_crons: [],
    },
    { signal },
  );
  signal.throwIfAborted();
}
