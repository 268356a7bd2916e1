import { expect, test } from 'vitest';
import { makeTempDirectory } from '@orc/testing';
import { createBrain, type Decision } from './brain.ts';
import { textOf } from './json.ts';

interface Result {
  readonly isError: boolean;
  readonly content: string;
}

const ok: Result = { isError: false, content: '' };
const task = (id: string, head = '') =>
  `[orc:${id}] task from shop/orchestrator${head}\nTASK [${id}]: Add ${id.toLowerCase()} to the shop`;

/** A brain in a conversation: each call is one request, with what is new in it. */
function converse() {
  const worker = {
    agent: 'shop/developer',
    role: 'developer',
    cwd: makeTempDirectory(),
    clock: { now: () => 0 },
  };
  const brain = createBrain(worker);
  let calls = 0;
  const hear = (texts: readonly string[], result?: Result): Decision => {
    const results = new Map(result ? [[`call-${calls}`, result]] : []);
    const decision = brain.decide({ texts, results });
    if (decision.call) brain.expect(`call-${(calls += 1)}`);
    return decision;
  };
  return { brain, hear };
}

const commandOf = (decision: Decision) => textOf(decision.call?.input['command']) ?? '';

test('does a task in four steps and says which id it handled', () => {
  const { hear } = converse();
  expect(commandOf(hear([task('T1')]))).toBe("orc task start 'T1'");
  expect(commandOf(hear([], ok))).toContain("cat > 'src/add-t1-to-the-shop-t1.sh'");
  const commit = commandOf(hear([], ok));
  expect(commit).toContain("git commit --quiet -m 'Complete: Add t1 to the shop'");
  expect(commit).toContain("git tag 'stable-add-t1-to-the-shop-19700101-000000'");
  expect(commandOf(hear([], { isError: false, content: 'abc1234' }))).toBe(
    "orc task done 'T1' 'Add t1 to the shop: wrote src/add-t1-to-the-shop-t1.sh and docs/changes/add-t1-to-the-shop-t1.md, commit abc1234'",
  );
  const end = hear([], ok);
  expect(end.call).toBeUndefined();
  expect(end.text).toContain('(orc:T1 handled)');
});

test('makes the message of a vaguely named task specific', () => {
  const { hear } = converse();
  hear(['[orc:9] task from user\nTASK [9]: Updates']);
  hear([], ok);
  expect(commandOf(hear([], ok))).toContain("-m 'Complete: Updates in src/updates-9.sh'");
});

test('acts on an id once, and says so when it comes again', () => {
  const { hear } = converse();
  hear(['[orc:n1] note from shop/tester\nHello']);
  const again = hear(['[orc:n1] note from shop/tester\nHello']);
  expect(again).toEqual({
    text: 'Message n1 came a second time; I have acted on it before.',
    call: undefined,
  });
  hear([task('T1')]);
  expect(hear([task('T1')], ok).text).toContain('Message T1 came a second time; I am at it.');
});

test('remembers after a restart what its own words say is handled', () => {
  const { brain, hear } = converse();
  brain.recall(['Task T1 is done. (orc:T1 handled)', 'Something else.']);
  expect(hear([task('T1')]).call).toBeUndefined();
  expect(commandOf(hear([task('T2')]))).toBe("orc task start 'T2'");
});

test('answers a question between two steps of a task, with the status template', () => {
  const { hear } = converse();
  hear([task('T1')]);
  const answer = hear(['[orc:q1] question from shop/orchestrator\nHow far?'], ok);
  expect(commandOf(answer)).toMatch(
    /^orc send 'shop\/orchestrator' --in-reply-to 'q1' 'STATUS \[shop\/developer\] \[1970-01-01T00:00:00.000Z\]\nCompleted:\n- nothing yet\nCurrent: Add t1 to the shop\nBlocked: no\nETA: /,
  );
  expect(commandOf(hear([], ok))).toContain('cat >');
});

test('answers whatever expects a reply, and nothing else', () => {
  const { hear } = converse();
  expect(commandOf(hear(['[orc:b] briefing from orc (reply expected within 10m)\nYou are it.']))).toContain(
    'ACK',
  );
  hear([], ok);
  expect(hear(['[orc:c] briefing from orc\nYou are it.']).call).toBeUndefined();
  expect(hear(['[orc:d] notice from orc\nSomething happened.']).call).toBeUndefined();
});

test('reports a task that expects a reply after it is done', () => {
  const { hear } = converse();
  hear([task('T1', ' (reply expected within 1h)')]);
  for (let step = 0; step < 3; step += 1) hear([], ok);
  expect(commandOf(hear([], ok))).toContain(
    "orc send 'shop/orchestrator' --in-reply-to 'T1' 'COMPLETED task T1.",
  );
});

test('does one task after the other', () => {
  const { hear } = converse();
  hear([task('T1'), task('T2')]);
  for (let step = 0; step < 3; step += 1) hear([], ok);
  expect(commandOf(hear([], ok))).toBe("orc task start 'T2'");
});

test('takes up its open task from what it is told after a restart, and does not begin it twice', () => {
  const { hear } = converse();
  const rebrief = '[orc:r1] rebrief from orc\nYou were restarted.\nTASK [T1]: Add t1 to the shop';
  expect(commandOf(hear([rebrief]))).toBe("orc task start 'T1'");
  expect(hear([task('T1'), rebrief.replace('r1', 'r2')], ok).text).toContain(
    'Message T1 came a second time; I am at it.',
  );
  for (let step = 0; step < 2; step += 1) hear([], ok);
  expect(hear([], ok).call).toBeUndefined();
});

test('answers a question that it is reminded of, and not one that it has answered', () => {
  const { hear } = converse();
  const reminder = (id: string) =>
    `[orc:${id}] notice from orc\nshop/pm still waits.\nA reply names it: orc send shop/pm --in-reply-to q1 "…"`;
  expect(commandOf(hear([reminder('n1')]))).toContain("orc send 'shop/pm' --in-reply-to 'q1' 'STATUS");
  hear([], ok);
  expect(hear([reminder('n2')]).call).toBeUndefined();
});

test('fails a task whose commit was refused, with the reason', () => {
  const { hear } = converse();
  hear([task('T1')]);
  hear([], ok);
  hear([], ok);
  const failure = hear([], { isError: true, content: "Exit code 1\nfatal: not a 'git' repository" });
  expect(commandOf(failure)).toBe(
    "orc task fail 'T1' 'the commit failed: fatal: not a '\\''git'\\'' repository'",
  );
  expect(hear([], ok).text).toContain('failed');
});

test('tries a command of orc three times unless orc said no', () => {
  const passing = { isError: true, content: 'Exit code 1\nORC_CONTRACTS_DAEMON_ABSENT: No daemon answers' };
  const { hear } = converse();
  hear([task('T1')]);
  expect(commandOf(hear([], passing))).toBe("orc task start 'T1'");
  expect(commandOf(hear([], passing))).toBe("orc task start 'T1'");
  expect(commandOf(hear([], passing))).toContain('cat >');

  const refused = converse();
  refused.hear([task('T1')]);
  const end = refused.hear([], { isError: true, content: 'Exit code 1\nORC_QUEUE_UNKNOWN_MESSAGE: no T1' });
  expect(end).toEqual({ text: 'Task T1 was refused: ORC_QUEUE_UNKNOWN_MESSAGE: no T1', call: undefined });
});

test('does a step again when an interrupt took its result away', () => {
  const { hear } = converse();
  const first = commandOf(hear([task('T1')]));
  expect(commandOf(hear(['[Request interrupted by user]', 'go on']))).toBe(first);
});

test('forgets its work after /clear but not what it has finished', () => {
  const { brain, hear } = converse();
  hear(['[orc:n1] note from pm\nHello', task('T1')]);
  brain.forget();
  expect(hear(['hello']).text).toContain('simulation without a model');
  expect(hear(['[orc:n1] note from pm\nHello']).text).toContain('a second time');
  expect(commandOf(hear([task('T1')]))).toBe("orc task start 'T1'");
});

test('quotes whatever a message brings, so that a shell runs none of it', () => {
  const { hear } = converse();
  const hostile = `[orc:x';touch${'$IFS'}/tmp/owned;'] task from a\nTASK [1]: $(touch /tmp/owned) \`id\` 'quoted'`;
  expect(commandOf(hear([hostile]))).toBe(`orc task start 'x'\\'';touch$IFS/tmp/owned;'\\'''`);
  expect(commandOf(hear([], ok))).toContain("<<'END_OF_SIMULATED_FILE'");
});
