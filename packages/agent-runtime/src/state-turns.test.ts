import { describe } from 'vitest';
import { check, fact, hook, record, screen, t, transcript } from '../fixtures/facts.ts';

describe('working and idle', () => {
  const given = hook('prompt.submitted', 5);
  check([
    [
      'a prompt makes it work',
      [given],
      { state: 'working', source: 'hook', since: t(5), why: 'it was given a prompt', confidence: 'high' },
    ],
    [
      'a tool shows that it works',
      [given, hook('tool.finished', 9, { tool: 'Edit' })],
      { state: 'working', why: 'it runs tools (Edit)' },
    ],
    [
      'a failed tool shows that it works',
      [given, hook('tool.failed', 9, { tool: 'Bash' })],
      { state: 'working' },
    ],
    [
      'a stop makes it idle',
      [given, hook('turn.stopped', 9, { backgroundTasks: 0 })],
      { state: 'idle', source: 'hook', since: t(9), confidence: 'high' },
    ],
    [
      'Esc in the middle of a request is told by the record alone',
      [given, record('idle', 12, 10)],
      { state: 'idle', source: 'session-record', since: t(10), confidence: 'high' },
    ],
    [
      'Esc is told by the transcript when there is no record',
      [given, transcript('interrupted', 10)],
      { state: 'idle', source: 'transcript' },
    ],
    [
      'Esc in the middle of a tool is told by the tool, with low confidence',
      [given, hook('tool.failed', 9, { isInterrupt: true })],
      { state: 'idle', confidence: 'low' },
    ],
    [
      'Esc without any other witness is told late by the client',
      [given, hook('notified', 70, { type: 'idle_prompt' })],
      { state: 'idle', confidence: 'low' },
    ],
    [
      'a stop that got lost is told by the transcript',
      [given, transcript('usage', 8), transcript('turn-ended', 9)],
      { state: 'idle', source: 'transcript' },
    ],
    [
      'a failed turn leaves it idle',
      [given, hook('turn.failed', 9, { error: 'server_error' }), record('idle', 10, 8.9)],
      { state: 'idle' },
    ],
    [
      'a failed turn says why it is idle',
      [given, hook('turn.failed', 9, { error: 'server_error' })],
      { state: 'idle', why: 'its last turn ended in an error of the API (server_error)' },
    ],
    [
      'a failed turn is told by the transcript',
      [given, transcript('api-error', 9, { error: 'overloaded' })],
      { state: 'idle', source: 'transcript' },
    ],
    [
      '/clear leaves it idle under a new session',
      [given, hook('turn.stopped', 6), hook('session.started', 9, { source: 'clear' })],
      { state: 'idle', why: 'its session began (clear)' },
    ],
    [
      'an automatic compaction is part of a turn',
      [
        given,
        hook('compact.started', 8, { trigger: 'auto' }),
        hook('session.started', 9, { source: 'compact' }),
        hook('compact.finished', 9.1, { trigger: 'auto' }),
      ],
      { state: 'working' },
    ],
    [
      'a compaction is work while it lasts',
      [hook('turn.stopped', 6), hook('compact.started', 8, { trigger: 'manual' })],
      { state: 'working', why: 'it compacts its conversation' },
    ],
    [
      'a compaction by hand leaves it idle',
      [
        hook('compact.started', 8, { trigger: 'manual' }),
        hook('session.started', 9, { source: 'compact' }),
        hook('compact.finished', 9.1, { trigger: 'manual' }),
      ],
      { state: 'idle' },
    ],
    [
      'agents in the background go on working after a stop',
      [given, hook('turn.stopped', 9, { backgroundTasks: 2 }), record('busy', 10, 5)],
      { state: 'working', why: 'it waits for 2 background tasks' },
    ],
    [
      'agents in the background go on working without a record, although the transcript ends the turn',
      [given, hook('turn.stopped', 9, { backgroundTasks: 1 }), transcript('turn-ended', 9.2)],
      { state: 'working', source: 'hook' },
    ],
    [
      'agents in the background are over when the record says idle',
      [given, hook('turn.stopped', 9, { backgroundTasks: 1 }), record('idle', 30, 25)],
      { state: 'idle', since: t(25) },
    ],
    [
      'the turn after agents in the background ends as any other',
      [
        hook('turn.stopped', 20, { backgroundTasks: 0 }),
        transcript('turn-ended', 20.1),
        hook('prompt.submitted', 15),
      ],
      { state: 'idle' },
    ],
    [
      'the younger one of hook and record counts: the hook',
      [record('idle', 4, 2), given],
      { state: 'working', source: 'hook' },
    ],
    [
      'the younger one of hook and record counts: the record',
      [given, record('busy', 6, 5)],
      { state: 'working', source: 'session-record', why: 'it was given a prompt', since: t(5) },
    ],
    [
      'a record that says nothing is no witness',
      [given, record('unknown', 9, 9)],
      { state: 'working', source: 'hook' },
    ],
    [
      'a record without a time counts from when it was read',
      [fact('session-record', 'session-record', 9, { status: 'idle', statusUpdatedAt: null })],
      { state: 'idle', since: t(9) },
    ],
    [
      'a screen without a running turn does not make it idle',
      [given, screen(50, { prompt: 'empty' })],
      { state: 'working', source: 'hook' },
    ],
  ]);
});
