import type { TemplateId } from './templates.ts';

/** What a message is. The kind decides where it goes, never a word in its text. */
export interface Kind {
  readonly id: string;
  readonly summary: string;
  readonly aliases: readonly string[];
  /** It tells about work, so that the hub wants to know it. */
  readonly isReport: boolean;
  /** The hub gets a copy when it is neither sender nor recipient. */
  readonly isCritical: boolean;
  /** The form that its body has, if it has one. */
  readonly template: TemplateId | null;
  /** `form`: every field is asked for. `details`: free words will do, if they name particulars. */
  readonly check: 'form' | 'details' | 'none';
  /** orc itself sends these; nobody else does. */
  readonly isSystemOnly: boolean;
}

const plain = {
  aliases: [],
  isReport: false,
  isCritical: false,
  template: null,
  check: 'none',
  isSystemOnly: false,
} as const satisfies Partial<Kind>;

const report = { ...plain, isReport: true } as const;
const critical = { ...report, isCritical: true, check: 'details' } as const;
const system = { ...plain, isSystemOnly: true } as const;

export const kinds: readonly Kind[] = [
  { ...plain, id: 'note', summary: 'Words without a form; what is sent when no kind is given' },
  { ...plain, id: 'question', summary: 'Asks for an answer' },
  { ...plain, id: 'answer', summary: 'Answers a question', aliases: ['reply'] },
  {
    ...plain,
    id: 'task',
    summary: 'A piece of work for one recipient',
    aliases: ['task-delegate'],
    template: 'task',
    check: 'form',
  },
  {
    ...report,
    id: 'status',
    summary: 'What is completed, current and blocked',
    aliases: ['status-update'],
    template: 'status',
    check: 'form',
  },
  { ...plain, id: 'status-request', summary: 'Asks for a status' },
  {
    ...critical,
    id: 'completion',
    summary: 'Work is done, with its particulars',
    aliases: ['complete', 'completed', 'done'],
    template: 'completion',
  },
  {
    ...critical,
    id: 'failure',
    summary: 'Work has failed, and why',
    aliases: ['failed', 'fail', 'error'],
    template: 'failure',
  },
  {
    ...critical,
    id: 'blocked',
    summary: 'Work cannot go on, and what it waits for',
    aliases: ['block', 'blocker'],
    template: 'blocked',
  },
  {
    ...critical,
    id: 'deployment',
    summary: 'Something was put into an environment',
    aliases: ['deploy', 'deployed'],
    template: 'completion',
  },
  {
    ...critical,
    id: 'escalation',
    summary: 'A decision is needed from above',
    aliases: ['escalate'],
    template: 'escalation',
    check: 'form',
  },
  {
    ...critical,
    id: 'bug',
    summary: 'A defect, with the way to see it',
    aliases: ['bug-report'],
    template: 'bug',
    check: 'form',
  },
  { ...report, id: 'spec-request', summary: 'Asks for a specification', aliases: [] },
  { ...report, id: 'spec-created', summary: 'A specification is there to be implemented', aliases: ['spec'] },
  {
    ...report,
    id: 'implementation-complete',
    summary: 'An implementation is there to be verified',
    aliases: ['implementation'],
    check: 'details',
  },
  {
    ...plain,
    id: 'hand-off',
    summary: 'Hands finished work to whoever tests or runs it',
    aliases: ['handoff', 'test-handoff'],
    template: 'hand-off',
    check: 'details',
  },
  { ...plain, id: 'fast-lane', summary: 'A commit that the next in the lane takes over', aliases: [] },
  {
    ...plain,
    id: 'assistance',
    summary: 'Somebody has seen an error of yours and offers help',
    aliases: ['help'],
    template: 'assistance',
  },
  { ...plain, id: 'check-in', summary: 'A scheduled look at how somebody stands', aliases: ['checkin'] },
  { ...plain, id: 'standup', summary: 'Asks for completed, current and blockers' },
  { ...report, id: 'standup-summary', summary: 'What everybody answered to a standup' },
  {
    ...report,
    id: 'team-update',
    summary: 'How the whole team stands',
    template: 'team-update',
    check: 'none',
  },
  { ...plain, id: 'acknowledgment', summary: 'It was read and is acted on', aliases: ['ack'] },
  { ...system, id: 'notice', summary: 'Something that a rule of orc tells somebody' },
  { ...system, id: 'copy', summary: 'A critical message of others, for the hub' },
  { ...system, id: 'briefing', summary: 'Who an agent is and what it does' },
  { ...system, id: 'rebrief', summary: 'The same again, for an agent whose context is gone' },
];
