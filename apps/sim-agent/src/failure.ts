import { randomUUID } from 'node:crypto';
import { progressOf, type Client } from './client.ts';
import type { UsageLimit } from './faults.ts';
import { pause } from './pause.ts';
import { buildSyntheticRecord } from './records.ts';
import type { Fault } from './scenario.ts';
import { formatReset } from './times.ts';

const defaultLimitMs = 5 * 3_600_000;
const dayMs = 86_400_000;
const errorTypes: Readonly<Record<string, { status: number; errorType: string; text: string }>> = {
  rate_limit: {
    status: 429,
    errorType: 'rate_limit_error',
    text: 'API Error: Request rejected (429) · This request would exceed your rate limit',
  },
  authentication_failed: {
    status: 401,
    errorType: 'authentication_error',
    text: 'Not logged in · Please run /login',
  },
  billing_error: { status: 400, errorType: 'billing_error', text: 'Credit balance is too low' },
  invalid_request: { status: 400, errorType: 'invalid_request_error', text: 'Prompt is too long' },
  server_error: {
    status: 500,
    errorType: 'api_error',
    text: 'API Error: 500 Internal server error. This is a server-side issue, usually temporary — try again in a moment.',
  },
};

/** Ends the request with a usage limit or an error of the API when one is planned, or a limit still holds. */
export async function failIfPlanned(
  client: Client,
  requestRef: string,
  signal: AbortSignal,
): Promise<boolean> {
  const progress = progressOf(client);
  const held = client.faults.findLimit(client.clock.now());
  const planned = held ? undefined : client.faults.take('limit', progress);
  const limit = held ?? (planned && readLimit(planned, client.clock.now()));
  if (limit) {
    client.faults.setLimit(limit);
    await meetLimit(client, limit);
    return true;
  }
  const fault = client.faults.take('apiError', progress);
  if (!fault) return false;
  await meetError(client, fault, requestRef, signal);
  return true;
}

function readLimit(fault: Fault, now: number): UsageLimit {
  return {
    // In epoch seconds, as the client has it: whoever goes on at the announced time must not be limited still.
    resetsAt: (fault.resetsAt ?? Math.ceil((now + (fault.inMs ?? defaultLimitMs)) / 1_000)) * 1_000,
    type: fault.limitType ?? 'five_hour',
    doesResume: fault.autoResume ?? true,
    resumeDelayMs: fault.resumeDelayMs ?? 1_000,
  };
}

async function meetLimit(client: Client, limit: UsageLimit): Promise<void> {
  const { session, front, hooks, clock } = client;
  const resets = formatReset(limit.resetsAt, clock.now());
  const name = limit.type === 'five_hour' ? '5-hour' : 'weekly';
  const text = `You've hit your ${name} limit · resets ${resets} (UTC)`;
  session.transcript.add(
    buildSyntheticRecord({
      text,
      requestId: `req_sim_${randomUUID()}`,
      error: 'rate_limit',
      status: 429,
      errorType: 'rate_limit_error',
      limit: { resetsAt: Math.floor(limit.resetsAt / 1_000), rateLimitType: limit.type },
    }),
  );
  const isFar = limit.resetsAt - clock.now() >= dayMs;
  if (isFar)
    front.showNotice(
      'Automatic continue stopped · the usage limit now resets more than 24 hours out, so this task will not resume on its own',
    );
  front.showResult(isFar ? `${text}\n/upgrade to increase your usage limit.` : text);
  await hooks.run('StopFailure', { error: 'rate_limit', last_assistant_message: text });
  if (!isFar) {
    if (!limit.doesResume) return;
    front.showNotice(`Usage limit reached · continuing automatically at ${resets} · esc to cancel`);
    front.setWarning([
      `⚠ Usage limit reached · limit resets ${resets}`,
      `  Continuing automatically at ${resets} · Esc to cancel`,
    ]);
    return;
  }
  await hooks.run('Notification', {
    message:
      'Automatic continue stopped — the usage limit now resets more than 24 hours out; the task will not resume on its own',
    notification_type: 'quota_auto_resume_disabled',
  });
  // The dialog takes the keyboard; nothing waits for its answer.
  void front.askAfterWeeklyLimit(resets);
}

async function meetError(
  client: Client,
  fault: Fault,
  requestRef: string,
  signal: AbortSignal,
): Promise<void> {
  const error = fault.error ?? 'server_error';
  const known = errorTypes[error] ?? { status: 500, errorType: 'api_error', text: `API Error: ${error}` };
  const text = fault.text ?? known.text;
  if (fault.retryMs !== undefined) {
    client.front.setActivity('529 Overloaded · retrying in 1s · attempt 1/10');
    await pause(fault.retryMs, signal);
    client.front.setActivity(undefined);
  }
  client.session.transcript.add(
    buildSyntheticRecord({
      text,
      requestId: requestRef,
      error,
      status: fault.status ?? known.status,
      errorType: known.errorType,
    }),
  );
  client.front.showAnswer(text);
  client.front.setPlaceholder(
    known.status === 400 || known.status === 401
      ? 'Once fixed, resend your message'
      : 'Resend your message to try again',
  );
  await client.hooks.run('StopFailure', {
    error,
    ...(fault.details !== undefined && { error_details: fault.details }),
    last_assistant_message: text,
  });
}

/** What the client sends by itself once a limit is over. */
export const resumePrompt =
  'Your claude.ai usage limit has reset. Continue the task from where you left off. If nothing is left to do, say so.';
