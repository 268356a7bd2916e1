import { layoutOf } from '@orc/contracts';
import { createEventBus, readEvents } from '@orc/event-bus';
import { openQueue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { DaemonConfig } from '../config/schema.ts';
import { createNotices, type Notice } from '../messaging/notices.ts';
import { createNoticePipeline } from './notice-pipeline.ts';

const NOON = Date.UTC(2030, 0, 2, 12);
const MINUTE = 60_000;
const HUB = 'shop/project-manager';

/** A daemon's worth of real parts in one directory; `restart` is what a kill and a new daemon leave. */
function openHouse() {
  const layout = layoutOf(makeTempDirectory('orc'));
  const clock = { at: NOON, now: () => clock.at };
  const { database: path } = layout;
  const bus = createEventBus({ directory: layout.events }, { clock });
  const registry = openRegistry({ path }, { clock });
  const queue = openQueue(
    { path, ...DaemonConfig.parse({}).queue },
    { clock, isKnownRecipient: (id) => id !== 'gone/gone' },
  );
  onTeardown(() => [queue, registry].forEach((each) => each[Symbol.dispose]()));
  const parts = {
    layout,
    clock,
    bus,
    registry,
    queue,
    config: DaemonConfig.parse({}),
    log: pino({ level: 'silent' }),
  };
  const restart = () => {
    const pipeline = createNoticePipeline(parts);
    return { pipeline, ...createNotices(parts, pipeline) };
  };
  /** What a full disk does to events of these types. */
  const loseEvents = (types: readonly string[], run: () => void): void => {
    const publish = bus.publish.bind(bus);
    bus.publish = ((type: string, ...rest: unknown[]) => {
      if (types.includes(type)) throw new Error('the disk is full');
      return (publish as (...input: unknown[]) => unknown)(type, ...rest);
    }) as typeof bus.publish;
    run();
    bus.publish = publish;
  };
  const mail = (recipient = HUB) => queue.list({ recipient, limit: 10_000 });
  const logged = (types: string) => [...readEvents({ directory: layout.events, types })];
  return { ...parts, restart, loseEvents, mail, logged };
}

const notice = (severity: Notice['severity'], text: string): Notice => ({ recipient: HUB, severity, text });

describe('notices', () => {
  it('queue a warning, gather what is less, and send a critical one ahead', () => {
    const { restart, mail, clock } = openHouse();
    const { tell, pipeline } = restart();
    tell(notice('info', 'a branch was made'));
    tell(notice('warning', 'no commit for 40 minutes'));
    tell(notice('critical', 'the database is damaged'));
    expect(mail().map(({ body, priority, sender, kind }) => [body, priority, sender, kind])).toEqual([
      ['no commit for 40 minutes', 30, 'orc', 'notice'],
      ['the database is damaged', 75, 'orc', 'notice'],
    ]);
    clock.at += 5 * MINUTE;
    pipeline.flush();
    expect(mail()[2]?.body).toMatch(/Digest of 1 notice .*\n- a branch was made/);
  });

  it('carry topic and tags, and are told once under one id', () => {
    const { restart, mail } = openHouse();
    const { tell } = restart();
    const said = { ...notice('warning', 'x'), id: 'm1', topic: 'management', tags: ['health'] };
    tell(said);
    tell(said);
    expect(mail()).toMatchObject([{ id: 'm1', topic: 'management', tags: ['health'] }]);
  });

  it('have a limit for each recipient, and a key that says what is the same', () => {
    const { restart, mail, logged } = openHouse();
    const { tell } = restart();
    for (let count = 0; count < 12; count += 1) {
      tell(notice('warning', `w${count}`));
      tell({ ...notice('warning', `idle for ${count} min`), recipient: 'user', key: 'idle' });
    }
    expect([mail().length, mail('user').length]).toEqual([10, 1]);
    const why = logged('event.suppressed').map(({ data }) => (data as { why: string }).why);
    expect(why.filter((each) => each === 'rate_limited')).toHaveLength(2);
    expect(why.filter((each) => each === 'repeated')).toHaveLength(11);
  });

  it('are told by the next daemon when this one was killed between decision and queueing', () => {
    const { restart, mail, bus } = openHouse();
    restart();
    const data = { recipient: HUB, text: 'rescue failed', key: 'k' };
    bus.publish('notice.decided', data, { id: 'n1', severity: 'critical', message: 'n1' });
    restart();
    restart();
    expect(mail()).toMatchObject([{ id: 'n1', body: 'rescue failed', priority: 75 }]);
  });

  it('keep limits, repeats and what was gathered over a kill, and lose and double nothing', () => {
    const { restart, mail, clock } = openHouse();
    const first = restart();
    for (let count = 0; count < 15; count += 1) first.tell(notice('warning', `w${count}`));
    clock.at += 1_000;
    const second = restart();
    second.tell(notice('warning', 'w0'));
    second.tell(notice('warning', 'late'));
    expect(mail()).toHaveLength(10);
    clock.at += 5 * MINUTE;
    second.pipeline.flush();
    restart().pipeline.flush();
    expect(mail()).toHaveLength(11);
    expect(mail()[10]?.body).toMatch(/^Digest of 7 notices/);
    expect(mail()[10]?.body).toContain('- late');
  });

  it('survive a kill between a digest and its mark, and so does what comes after', () => {
    const { restart, mail, clock, loseEvents, logged } = openHouse();
    const { tell, pipeline } = restart();
    tell(notice('info', 'one'));
    clock.at += 5 * MINUTE;
    loseEvents(['notice.queued', 'event.digested'], () => pipeline.flush());
    const next = restart();
    expect(logged('event.digested')).toHaveLength(1);
    next.tell(notice('info', 'two'));
    next.pipeline.flush();
    expect(mail()).toHaveLength(1);
    clock.at += 5 * MINUTE;
    next.pipeline.flush();
    restart().pipeline.flush();
    expect(mail().map(({ body }) => [body.includes('- one'), body.includes('- two')])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('are told twice rather than never where the mark of a digest is missing and more was gathered', () => {
    const { restart, mail, clock, loseEvents } = openHouse();
    const { tell, pipeline } = restart();
    tell(notice('info', 'one'));
    clock.at += 5 * MINUTE;
    loseEvents(['event.digested'], () => pipeline.flush());
    tell(notice('info', 'two'));
    const next = restart();
    clock.at += 5 * MINUTE;
    next.pipeline.flush();
    expect(mail()).toHaveLength(2);
    expect(mail()[1]?.body).toContain('- two');
  });

  it('wait in the digest while a mailbox is full, and are no reason to stop where nobody reads', () => {
    const { restart, mail, queue, clock, logged } = openHouse();
    const { tell, pipeline } = restart();
    for (let count = 0; count < 1_000; count += 1)
      queue.send({ sender: 'user', recipient: HUB, body: `m${count}` });
    tell(notice('warning', 'no room'));
    tell({ ...notice('critical', 'nobody'), recipient: 'gone/gone' });
    expect(mail()).toHaveLength(1_000);
    expect(logged('notice.undeliverable')).toHaveLength(1);
    for (const { id } of mail()) queue.cancel(id, { reason: 'read' });
    clock.at += 5 * MINUTE;
    pipeline.flush();
    expect(mail().at(-1)?.body).toContain('- no room');
  });

  it('survive a flood: 10 000 in a minute are ten and a digest, every critical one at once, all on file', () => {
    const { restart, mail, clock, logged } = openHouse();
    const { tell, pipeline } = restart();
    const isCritical = (count: number) => count % 500 === 250;
    let lateCriticals = 0;
    for (let count = 0; count < 10_000; count += 1) {
      clock.at = NOON + Math.floor((count * MINUTE) / 10_000);
      if (count % 100 === 0) pipeline.flush();
      const before = isCritical(count) ? mail().length : 0;
      tell(notice(isCritical(count) ? 'critical' : 'warning', `event ${count}`));
      if (isCritical(count) && mail().length !== before + 1) lateCriticals += 1;
    }
    expect(lateCriticals).toBe(0);
    clock.at = NOON + 2 * MINUTE;
    pipeline.flush();
    const told = mail();
    expect(told.filter(({ priority }) => priority === 75)).toHaveLength(20);
    expect(told.filter(({ priority }) => priority === 30)).toHaveLength(10);
    expect(told.filter(({ tags }) => tags.includes('digest'))).toHaveLength(1);
    expect(told).toHaveLength(31);
    expect(logged('notice.decided')).toHaveLength(10_000);
    expect(logged('event.suppressed')).toHaveLength(9_970);
    expect(pipeline.pending().get(HUB)).toEqual([]);
  }, 60_000);
});
