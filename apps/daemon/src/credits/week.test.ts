import { expect, it } from 'vitest';
import { makeCreditHouse } from '../../fixtures/credit-house.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The week in which the clocks of New York are set back, in the night to the fourth day. */
const START = Date.UTC(2026, 9, 29, 4);
const roles = [
  'orchestrator',
  'pm',
  'developer',
  'developer-2',
  'tester',
  'writer',
  'devops',
  'security',
  'database',
  'guest',
];
const guests = ['devops', 'security', 'database', 'guest'];
const TASKS_EACH = 14;

/** What an account has: windows that begin with the first request, and are used up after so many answers. */
function makeAccount(name: string, { session, week }: { session: number; week: number }) {
  const windows = [
    { type: 'five_hour', size: session, lengthMs: 5 * HOUR, used: 0, endsAt: 0 },
    { type: 'seven_day', size: week, lengthMs: 3 * DAY, used: 0, endsAt: 0 },
  ];
  let moves = 2;
  return {
    name,
    /** The window that refuses a request now, or none, and then the request has counted. */
    request(now: number) {
      for (const window of windows) {
        if (now < window.endsAt) continue;
        // The end that was shown has passed, and yet it is not over: it is shown anew, further on.
        if (window.used >= window.size && moves > 0) {
          moves -= 1;
          window.endsAt = now + 2 * HOUR;
        } else Object.assign(window, { used: 0, endsAt: now + window.lengthMs });
      }
      const full = windows.findLast(({ used, size }) => used >= size);
      if (full) return full;
      for (const window of windows) window.used += 1;
      return undefined;
    },
  };
}

/** `1:30am` as a clock in New York shows it, which is all that some clients say. */
function shownInNewYork(at: number): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/New_York',
    hour: 'numeric',
    minute: '2-digit',
  });
  return format.format(at).replace(/\s/, '').toLowerCase();
}

/** An agent as its client makes it: it takes mail while it rests, and a turn goes on until its work is done or it is refused. */
function makeAgent(
  house: ReturnType<typeof makeCreditHouse>,
  role: string,
  account: ReturnType<typeof makeAccount>,
  index: number,
) {
  const id = `shop/${role}`;
  const goesOnByItself = index % 2 === 0;
  const saysTextOnly = index % 3 === 2;
  const agent = {
    role,
    left: 0,
    isStopped: false,
    clientGoesOnAt: null as number | null,
    stops: 0,
    seen: [] as string[],
    done: [] as string[],
    /** What began a turn since the last stop, for the count at the end. */
    goneOn: [] as string[][],
    begin(why: string): void {
      house.hook(role, 'prompt.submitted', { prompt: why });
      if (agent.isStopped) agent.goneOn.at(-1)?.push(why);
      agent.isStopped = false;
    },
    takeMail(): void {
      const { queue } = house.parts;
      if (queue.nextFor(id) === undefined) return;
      const messages = queue.lease(id, { worker: 'hook', limit: 5 });
      if (messages.length === 0) return;
      queue.inject(
        messages.map((message) => message.id),
        { worker: 'hook', channel: 'waiter' },
      );
      for (const message of messages) {
        if (message.kind === 'task') agent.left += 4;
        if (message.kind === 'continue') agent.begin('continue');
      }
      if (!messages.some(({ kind }) => kind === 'continue')) agent.begin('mail');
      agent.left = Math.max(agent.left, 1);
    },
    meetLimit({ type, endsAt }: { type: string; endsAt: number }): void {
      const now = house.clock.at;
      agent.stops += 1;
      agent.isStopped = true;
      agent.goneOn.push([]);
      const name = type === 'five_hour' ? '5-hour' : 'weekly';
      const month = new Intl.DateTimeFormat('en-US', {
        timeZone: 'America/New_York',
        month: 'short',
        day: 'numeric',
      }).format(endsAt);
      const date = endsAt - now < DAY ? '' : `${month}, `;
      const text = `You've hit your ${name} limit · resets ${date}${shownInNewYork(endsAt)} (America/New_York)`;
      if (!saysTextOnly) house.hit(role, endsAt, type, text);
      house.hook(role, 'turn.failed', { error: 'rate_limit', lastMessage: text });
      agent.clientGoesOnAt = goesOnByItself && endsAt - now < DAY ? endsAt + 80_000 : null;
    },
    minute(): void {
      const now = house.clock.at;
      if (agent.clientGoesOnAt !== null && now >= agent.clientGoesOnAt && agent.isStopped) {
        agent.clientGoesOnAt = null;
        house.hook(role, 'notified', { type: 'quota_auto_resume_fired', message: 'Usage limit reset' });
        agent.begin('client');
      }
      if (agent.left === 0 || agent.isStopped) agent.takeMail();
      if (agent.left === 0 || agent.isStopped) return;
      const refusal = account.request(now);
      if (refusal) return agent.meetLimit(refusal);
      agent.clientGoesOnAt = null;
      house.answer(role);
      agent.left -= 1;
      const { queue } = house.parts;
      // What lies in the conversation unanswered is answered with the next request.
      for (const { id: message } of queue.list({ recipient: id, state: 'injected' })) {
        queue.advance(message, { step: 'answered' });
        agent.seen.push(message);
      }
      if (agent.left > 0) return;
      for (const { id: message } of queue.list({ recipient: id, kind: 'task', state: 'seen' })) {
        queue.finish(message, { by: id, result: 'done' });
        agent.done.push(message);
      }
    },
  };
  return agent;
}

it('a week of ten agents, two accounts, moving resets, restarts and a change of the clocks loses and doubles nothing', () => {
  const house = makeCreditHouse(roles, {
    start: START,
    credits: { accounts: { second: guests.map((role) => `shop/${role}`) } },
  });
  const accounts = {
    claude: makeAccount('claude', { session: 40, week: 150 }),
    second: makeAccount('second', { session: 16, week: 400 }),
  };
  const agents = roles.map((role, index) =>
    makeAgent(house, role, guests.includes(role) ? accounts.second : accounts.claude, index),
  );
  const sent: string[] = [];
  // Restarts: in the middle of a limit, over its end, in the night of the clocks, and twice in a row.
  const restarts = new Map(
    [
      [5, 1],
      [31, 200],
      [74, 45],
      [75, 3],
      [76, 1],
      [120, 360],
    ].map(([hour = 0, minutes = 0]) => [hour * 60, minutes]),
  );
  let downUntil = 0;
  for (let minute = 0; minute < 7 * 24 * 60; minute += 1) {
    const down = restarts.get(minute);
    if (down !== undefined) {
      downUntil = minute + down;
      house.restart();
    }
    const isUp = minute >= downUntil;
    // Nobody has anything to do or to wait for before the next tasks come.
    const isQuiet = minute % (8 * 60) > 1 && agents.every(({ left, isStopped }) => left === 0 && !isStopped);
    if (isUp && isQuiet && house.parts.governor.state().episodes.length === 0) {
      house.clock.at += MINUTE;
      continue;
    }
    if (isUp) house.pass(MINUTE, MINUTE);
    else house.clock.at += MINUTE;
    if (minute % (8 * 60) === 0 && sent.length < roles.length * TASKS_EACH)
      for (const role of roles)
        sent.push(
          house.parts.queue.send({
            sender: 'user',
            recipient: `shop/${role}`,
            kind: 'task',
            body: `task of hour ${minute / 60}`,
          }).id,
        );
    if (isUp) agents.forEach((agent) => agent.minute());
  }

  const { queue, governor } = house.parts;
  expect(sent).toHaveLength(roles.length * TASKS_EACH);
  expect(agents.flatMap(({ done }) => done).sort()).toEqual([...sent].sort());
  expect(governor.state().episodes).toEqual([]);
  expect(house.parked()).toEqual([]);
  const { byState, undelivered } = queue.stats('shop/');
  expect([byState.failed, undelivered]).toEqual([0, 0]);
  // Dead is only what was said before a reset that moved, and was replaced by the same words after it.
  const dead = queue.list({ state: 'dead', limit: 1_000 });
  expect(dead.filter(({ kind }) => kind !== 'continue')).toEqual([]);
  for (const agent of agents) {
    expect(new Set(agent.seen).size).toBe(agent.seen.length);
    // Each stop is followed by one beginning, and by one only.
    expect(agent.goneOn.filter((begun) => begun.length !== 1)).toEqual([]);
  }
  const stops = agents.reduce((sum, agent) => sum + agent.stops, 0);
  const begun = agents.flatMap(({ goneOn }) => goneOn.flat());
  expect(stops).toBeGreaterThan(30);
  expect(begun.filter((why) => why === 'client').length).toBeGreaterThan(5);
  expect(begun.filter((why) => why === 'continue').length).toBeGreaterThan(5);
  const { history } = governor.state();
  expect(new Set(history.flatMap(({ windows }) => windows))).toEqual(new Set(['five_hour', 'seven_day']));
  expect(history.some(({ rounds }) => rounds > 1)).toBe(true);
  const events = house.events();
  const count = (name: string) => events.filter((each) => each === name).length;
  expect(count('credits.resumed')).toBe(count('credits.limited'));
  // One notice to the person for each limit, and none that says that something is stuck.
  expect(house.mail('user', 'notice')).toHaveLength(count('credits.limited'));
}, 120_000);
