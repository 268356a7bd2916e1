/** One labelled line of a form, or a labelled list. */
export interface Field {
  readonly label: string;
  /** Other labels under which it is understood. */
  readonly aliases?: readonly string[];
  /** What stands in brackets until somebody writes it. */
  readonly hint: string;
  readonly isList?: boolean;
  readonly isOptional?: boolean;
  readonly choices?: readonly string[];
}

/** The form of a message. `head` holds `{agent}`, `{time}`, `{id}` and `{title}`. */
export interface Template {
  readonly title: string;
  readonly head: string;
  readonly fields: readonly Field[];
}

export type TemplateId =
  | 'status'
  | 'task'
  | 'completion'
  | 'failure'
  | 'blocked'
  | 'bug'
  | 'escalation'
  | 'hand-off'
  | 'assistance'
  | 'team-update';

export const templates: Readonly<Record<TemplateId, Template>> = {
  status: {
    title: 'How an agent stands',
    head: 'STATUS [{agent}] [{time}]',
    fields: [
      { label: 'Completed', hint: 'what exactly', isList: true },
      { label: 'Current', hint: 'what you are at' },
      { label: 'Blocked', aliases: ['Blockers'], hint: 'what by, or no' },
      { label: 'ETA', hint: 'when it will be done' },
    ],
  },
  task: {
    title: 'A piece of work',
    head: 'TASK [{id}]: {title}',
    fields: [
      { label: 'Assigned to', hint: 'role or agent' },
      { label: 'Objective', hint: 'what is true when it is done' },
      { label: 'Success Criteria', aliases: ['Criteria'], hint: 'how that is seen', isList: true },
      { label: 'Priority', hint: 'HIGH, MED or LOW', choices: ['HIGH', 'MED', 'LOW'] },
    ],
  },
  completion: {
    title: 'Work that is done',
    head: 'COMPLETED [{id}]: {title}',
    fields: [
      { label: 'Done', hint: 'what exactly', isList: true },
      { label: 'Where', hint: 'branch and commit, file, host' },
      { label: 'Settings', hint: 'such as EVENT_ROUTER_ENABLED=true, or none', isOptional: true },
      { label: 'Checked', hint: 'by which test or look' },
    ],
  },
  failure: {
    title: 'Work that has failed',
    head: 'FAILED [{id}]: {title}',
    fields: [
      { label: 'Error', hint: 'what was seen, word for word' },
      { label: 'Tried', hint: 'what was tried', isList: true },
      { label: 'Need', hint: 'what would help, from whom' },
    ],
  },
  blocked: {
    title: 'Work that cannot go on',
    head: 'BLOCKED [{id}]: {title}',
    fields: [
      { label: 'Waits for', hint: 'whom or what' },
      { label: 'Since', hint: 'when it began' },
      { label: 'Tried', hint: 'what was tried', isList: true, isOptional: true },
    ],
  },
  bug: {
    title: 'A defect',
    head: 'BUG: {title}',
    fields: [
      {
        label: 'Severity',
        hint: 'critical, high, medium or low',
        choices: ['critical', 'high', 'medium', 'low'],
      },
      {
        label: 'Reproduction',
        aliases: ['Reproduction steps', 'Steps', 'Steps to reproduce'],
        hint: 'one step per line',
        isList: true,
      },
      { label: 'Expected', hint: 'what should happen' },
      { label: 'Actual', hint: 'what happens' },
    ],
  },
  escalation: {
    title: 'A decision that is needed from above',
    head: 'ESCALATION: {title}',
    fields: [
      { label: 'Issue', hint: 'what is wrong, since when' },
      { label: 'Actions Taken', hint: 'what was tried, with what result' },
      { label: 'Recommendation', hint: 'what you would do' },
      { label: 'Need', hint: 'what you need, from whom, until when' },
    ],
  },
  'hand-off': {
    title: 'Finished work for whoever tests or runs it',
    head: 'HAND-OFF: {title}',
    fields: [
      { label: 'Branch', hint: 'branch and commit' },
      { label: 'To check', hint: 'one case per line', isList: true },
      { label: 'How', hint: 'the command', isOptional: true },
    ],
  },
  assistance: {
    title: 'Help with an error that was observed',
    head: 'ASSISTANCE [{agent}]: {title}',
    fields: [
      { label: 'Observed', hint: 'the error, word for word' },
      { label: 'Suggestion', hint: 'what to try', isOptional: true },
    ],
  },
  'team-update': {
    title: 'How the whole team stands',
    head: 'TEAM STATUS UPDATE',
    fields: [
      { label: 'Active Agents', hint: 'how many' },
      { label: 'Recent Issues', hint: 'which, and what became of them' },
      { label: 'Daemon Health', hint: 'as orc doctor says' },
      { label: 'Team Velocity', hint: 'on track, or not' },
      { label: 'Next Checkpoint', hint: 'when' },
    ],
  },
};
