import { readForm } from './templates.ts';

export interface StandupAnswer {
  readonly agent: string;
  /** `null` until it answers. */
  readonly text: string | null;
  readonly answeredAt: number | null;
}

export interface StandupEntry {
  readonly agent: string;
  readonly hasAnswered: boolean;
  readonly completed: readonly string[];
  readonly current: string | null;
  /** What it is blocked by; `null` when nothing is in the way or nothing was said. */
  readonly blocked: string | null;
}

const NOTHING = /^(no|none|nothing|not blocked|-|n\/a)\b[.!]?$/i;

/** What an answer says. Free words are taken as what somebody is at. */
export function readAnswer({ agent, text }: Pick<StandupAnswer, 'agent' | 'text'>): StandupEntry {
  if (text === null) return { agent, hasAnswered: false, completed: [], current: null, blocked: null };
  const { values } = readForm('status', text);
  const list = (label: string) => (values[label] ?? []).filter((each) => !NOTHING.test(each));
  const one = (label: string) => list(label).join(' ') || null;
  const isForm = Object.keys(values).length > 0;
  return {
    agent,
    hasAnswered: true,
    completed: list('Completed'),
    current: isForm ? one('Current') : (text.trim().split('\n')[0] ?? null),
    blocked: one('Blocked'),
  };
}

/** All answers as one text, blockers first; who has not answered is named. */
export function composeStandup(answers: readonly StandupAnswer[]): string {
  const entries = answers.map(readAnswer);
  const answered = entries.filter(({ hasAnswered }) => hasAnswered);
  const silent = entries.filter(({ hasAnswered }) => !hasAnswered).map(({ agent }) => agent);
  const blocked = answered.filter(({ blocked: by }) => by !== null);
  return [
    `STANDUP: ${answered.length} of ${entries.length} have answered`,
    ...section(
      'Blocked',
      blocked.map(({ agent, blocked: by }) => `${agent}: ${by ?? ''}`),
    ),
    ...section(
      'Completed',
      answered.flatMap(({ agent, completed }) => completed.map((each) => `${agent}: ${each}`)),
    ),
    ...section(
      'Current',
      answered.map(({ agent, current }) => `${agent}: ${current ?? 'nothing said'}`),
    ),
    ...section('No answer', silent),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `- ${line}`)];
}
