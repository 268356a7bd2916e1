import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createEventBus, readEvents } from '@orc/event-bus';
import { openQueue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { openTaskBoard } from '@orc/task-board';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { DaemonConfig } from '../config/schema.ts';
import { createNotices } from '../messaging/notices.ts';
import { createLedgerPublisher } from '../messaging/publish.ts';
import type { Parts } from '../parts.ts';
import { fetchPromtool } from '../../fixtures/promtool.ts';
import { createAlerts } from './alerts.ts';
import { createExport } from './export.ts';
import { startMetricsServer } from './metrics-server.ts';
import { createMetrics } from './metrics.ts';
import { readNumbers } from './views.ts';

const START = Date.UTC(2030, 0, 7, 8);

/** A ledger, a registry with a project of three agents, and a bus, with a clock moved by hand. */
function makeWorld(settings: object = {}, directory = makeTempDirectory()) {
  const clock = { at: START, now: () => clock.at };
  const path = join(directory, 'orc.db');
  const events = join(directory, 'events');
  const queue = openQueue({ path }, { clock });
  const registry = openRegistry({ path }, { clock });
  const board = openTaskBoard({ path }, { clock });
  const bus = createEventBus({ directory: events }, { clock });
  onTeardown(() => [bus, board, registry, queue].forEach((each) => each[Symbol.dispose]()));
  const config = DaemonConfig.parse({ numbers: settings });
  const log = { error: (...words: unknown[]) => expect(words).toEqual([]) };
  const parts = { clock, queue, registry, board, bus, config, log } as unknown as Parts;
  if (!registry.findProject('shop')) seed(registry);
  const publisher = createLedgerPublisher(parts);
  /** A message that was seen, worked on for so long, and ended. */
  const work = (recipient: string, durationMs: number, { kind = 'task', isFailed = false } = {}) => {
    const { id } = queue.send({ sender: 'orc', recipient, kind, body: `Do it\nnow` });
    clock.at += 50;
    queue.lease(recipient, { worker: 'w' });
    queue.inject([id], { worker: 'w', channel: 'test' });
    queue.advance(id, { step: 'answered' });
    queue.start(id, recipient);
    clock.at += durationMs;
    if (isFailed) queue.fail(id, { by: recipient, reason: 'no' });
    else queue.finish(id, { by: recipient, result: 'done' });
    return id;
  };
  const told: [recipient: string, text: string][] = [];
  const notices = createNotices(parts, { offer: ({ recipient, text }) => void told.push([recipient, text]) });
  return { ...{ clock, queue, registry, bus, parts, publisher, work, notices, told, events, directory } };
}

function seed(registry: ReturnType<typeof openRegistry>): void {
  registry.saveProject(projectRecord());
  for (const role of ['orchestrator', 'project-manager', 'developer'])
    registry.saveAgent(agentRecord(role, { launchedAt: START, launchCount: 1 }));
}

const promtool = fetchPromtool(join(import.meta.dirname, '../../../../.tools/promtool'));
if (!promtool.isThere)
  process.stderr.write(`\n!!! promtool DOES NOT CHECK THE METRICS in this run: ${promtool.why}\n\n`);

describe('the numbers of D-08', () => {
  it('agree with a recount from the event log', () => {
    const world = makeWorld();
    for (let n = 1; n <= 40; n += 1) world.work('shop/developer', n * 1_000, { isFailed: n % 10 === 0 });
    for (let n = 1; n <= 5; n += 1) world.work('shop/project-manager', n * 7_000);
    for (const priority of [0, 5, 30, 75])
      world.queue.send({ sender: 'user', recipient: 'shop/developer', priority, body: 'later' });
    world.publisher.publish();

    const numbers = readNumbers(world.parts, { prefix: 'shop/' });
    const log = [...readEvents({ directory: world.events })];
    const ends = log.filter(({ type }) => type === 'message.finished' || type === 'message.failed');
    for (const { agent, completed, failed, averageMs, depth } of numbers.agents) {
      const own = ends.filter((event) => event.agent === agent);
      // Start and end of each piece of work, as the log tells them.
      const took = own.map(({ message, at }) => {
        const start = log.find((event) => event.type === 'message.started' && event.message === message);
        return at - (start?.at ?? NaN);
      });
      expect(own.map(({ data }) => (data as { durationMs: number }).durationMs)).toEqual(took);
      expect(own.filter(({ type }) => type === 'message.finished')).toHaveLength(completed);
      expect(own.filter(({ type }) => type === 'message.failed')).toHaveLength(failed);
      expect(averageMs).toBe(took.reduce((sum, ms) => sum + ms, 0) / took.length);
      const sent = log.filter((event) => event.type === 'message.queued' && event.agent === agent);
      expect(depth).toBe(sent.length - own.length);
    }
    expect(numbers.duration).toMatchObject({ count: 45, p50Ms: 21_000, p95Ms: 38_000, p99Ms: 40_000 });
    expect(numbers.slowest.map(({ durationMs }) => durationMs / 1_000)).toEqual([
      40, 39, 38, 37, 36, 35, 35, 34, 33, 32,
    ]);
    expect(numbers.depthByLevel).toEqual({ high: 2, normal: 1, low: 1 });
    expect(readNumbers(world.parts, { prefix: 'shop/', agent: 'shop/project-manager' })).toMatchObject({
      agents: [{ agent: 'shop/project-manager', completed: 5, failed: 0, p95Ms: 35_000 }],
    });
  });
});

describe('alerts', () => {
  it('tell of slow work, failures and depth once each, to whom they concern, and when it is over', () => {
    const world = makeWorld();
    let alerts = createAlerts(world.parts, world.notices);
    world.work('shop/developer', 45_000, { kind: 'question' });
    // Minutes are usual for a task (Z-34).
    world.work('shop/developer', 120_000);
    alerts.judge();
    expect(world.told).toEqual([
      ['shop/project-manager', expect.stringMatching(/^Bottleneck: m\S+ takes 45000 ms, more than 30000$/)],
      ['shop/orchestrator', expect.stringContaining('took 45000 ms or more')],
    ]);
    // The next daemon goes on where this one was.
    alerts = createAlerts(world.parts, world.notices);
    for (let n = 0; n < 6; n += 1) world.work('shop/developer', 10, { isFailed: true });
    alerts.judge();
    alerts.judge();
    expect(world.told.slice(2)).toEqual([
      ['shop/orchestrator', 'shop/developer has failed 6 times within an hour; 5 are too many'],
    ]);
    const already = world.queue.counts('shop/').byState.queued;
    for (let n = already; n <= 101; n += 1)
      world.queue.send({ sender: 'user', recipient: 'shop/developer', body: 'more' });
    alerts.judge();
    expect(world.told.slice(3)).toEqual([
      ['shop/orchestrator', expect.stringMatching(/^The queue of shop holds 10\d messages/)],
      ['user', expect.stringMatching(/^The queue of shop holds 10\d messages/)],
    ]);
    for (const { id } of world.queue.list({ recipient: 'shop/developer', state: 'queued', limit: 1_000 }))
      world.queue.cancel(id, { reason: 'not needed' });
    world.clock.at += 3_700_000;
    alerts.judge();
    world.clock.at += 60_000;
    alerts.judge();
    expect(alerts.open()).toEqual([]);
    const events = [...readEvents({ directory: world.events, types: ['alert.*'] })];
    const count = (type: string) => events.filter((event) => event.type === type).length;
    expect([count('alert.raised'), count('alert.resolved')]).toEqual([4, 4]);
    expect(events.filter(({ severity }) => severity === 'critical')).toHaveLength(1);
  });
});

describe('the export of completions (D-11)', () => {
  it('writes each once, also when the daemon dies after writing and before noting it', async () => {
    const directory = makeTempDirectory();
    const file = join(directory, 'completions.jsonl');
    const world = makeWorld({ export: { file } }, directory);
    const ids = [world.work('shop/developer', 10), world.work('shop/developer', 20, { isFailed: true })];
    const first = createExport(world.parts);
    await first.run();
    await first.run();
    const lines = () =>
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { id: string; outcome: string; durationMs: number });
    expect(lines().map(({ id, outcome, durationMs }) => [id, outcome, durationMs])).toEqual([
      [ids[0], 'completed', 10],
      [ids[1], 'failed', 20],
    ]);
    world.registry.setValue('numbers.export-cursor', 0);
    await createExport(world.parts).run();
    expect(lines()).toHaveLength(2);
    appendFileSync(file, '{"seq":99999,"id":"cut o');
    const third = world.work('shop/developer', 30);
    await createExport(world.parts).run();
    expect(readFileSync(file, 'utf8').split(third)).toHaveLength(2);
  });

  it('asks a receiver again, with the same key, until it takes them', async () => {
    const keys: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      keys.push(request.headers['idempotency-key'] as string | undefined);
      response.writeHead(keys.length === 1 ? 503 : 204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTeardown(() => {
      server.close();
      server.closeAllConnections();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const world = makeWorld({ export: { url } });
    world.work('shop/developer', 10);
    const exporting = createExport(world.parts);
    await expect(exporting.run()).rejects.toMatchObject({ code: 'ORC_DAEMON_NOT_EXPORTED' });
    await exporting.run();
    await exporting.run();
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });
});

describe('/metrics', () => {
  const open = async ({ look = (): void => undefined } = {}) => {
    const world = makeWorld();
    const metrics = createMetrics(world.parts, {
      stateOf: () => ({ state: 'idle', why: 'x', source: 'hook', since: null, confidence: 'high' }),
      machine: () => {
        look();
        return {
          memory: { totalBytes: 4_000, availableBytes: 1_000 },
          load: { average: 1.5, cores: 2 },
          agents: { heldBytes: 700, limitBytes: null },
          pressure: null,
          waiting: [{ agent: 'shop/tester', since: 1, why: 'x' }],
        };
      },
      alerts: createAlerts(world.parts, world.notices),
      exporting: createExport(world.parts),
    });
    onTeardown(() => metrics[Symbol.dispose]());
    for (let n = 1; n <= 3; n += 1) world.work('shop/developer', n * 1_000, { isFailed: n === 3 });
    world.publisher.publish();
    world.bus.publish('agent.crashed', {}, { source: 'test', agent: 'shop/developer', at: world.clock.at });
    world.bus.publish(
      'agent.relaunched',
      { reason: 'restart' },
      { source: 'test', agent: 'shop/developer', at: world.clock.at + 800 },
    );
    await world.bus.settled();
    return { world, metrics };
  };

  it('has what H-09, D-08 and D-15 ask for, in the text format', async () => {
    const { metrics } = await open();
    const text = await metrics.text();
    const { samples, problems } = parseExposition(text);
    expect(problems).toEqual([]);
    const value = (name: string) => samples.get(name);
    expect(value('orc_tasks_total{agent="shop/developer",outcome="completed"}')).toBe(2);
    expect(value('orc_tasks_total{agent="shop/developer",outcome="failed"}')).toBe(1);
    expect(value('orc_task_duration_seconds_sum{kind="task"}')).toBe(6);
    expect(value('orc_task_duration_percentile_seconds{percentile="95"}')).toBe(3);
    expect(value('orc_message_delivery_seconds_count')).toBe(3);
    expect(value('orc_agent_restarts_total{agent="shop/developer"}')).toBe(1);
    expect(value('orc_agent_restart_seconds_sum')).toBe(0.8);
    expect(value('orc_tasks_timed_total')).toBe(3);
    expect(value('orc_agents{state="idle"}')).toBe(3);
    expect(value('orc_starts_waiting')).toBe(1);
    expect(value('orc_machine_memory_available_bytes')).toBe(1_000);
    expect(value('orc_queue_depth{priority="high"}')).toBe(0);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    for (const name of ['orc_hook_events_total', 'orc_agent_compactions_total', 'orc_rebriefs_total'])
      expect(text).toContain(`# TYPE ${name} counter`);
  });

  it('has one label for all agents that have ended, whatever was counted of them before and after', async () => {
    const { world, metrics } = await open();
    const crash = async (agent: string) => {
      world.bus.publish('agent.crashed', {}, { source: 'test', agent, at: world.clock.at });
      await world.bus.settled();
    };
    const read = async () => parseExposition(await metrics.text()).samples;
    await crash('shop/orchestrator');
    const caller = { type: 'agent', name: 'shop/developer' };
    const hook = { caller, body: '{"source":"compact"}' } as Parameters<
      Parameters<typeof metrics.countHooks>[0]
    >[0];
    await metrics.countHooks(() => '')(hook);
    world.registry.endAgent('shop/developer');
    let samples = await read();
    expect([...samples.keys()].filter((name) => name.includes('shop/developer'))).toEqual([]);
    expect(samples.get('orc_tasks_total{agent="other",outcome="completed"}')).toBe(2);
    expect(samples.get('orc_agent_restarts_total{agent="other"}')).toBe(1);
    expect(samples.get('orc_agent_compactions_total{agent="other"}')).toBe(1);
    expect(samples.get('orc_agent_crashes_total{agent="shop/orchestrator"}')).toBe(1);
    await crash('shop/developer');
    samples = await read();
    expect([...samples.keys()].filter((name) => name.includes('shop/developer'))).toEqual([]);
    expect(samples.get('orc_agent_crashes_total{agent="other"}')).toBe(2);
    // One that comes back under its name is counted anew.
    world.registry.updateAgent('shop/developer', { desired: 'running' });
    await crash('shop/developer');
    samples = await read();
    expect(samples.get('orc_agent_crashes_total{agent="shop/developer"}')).toBe(1);
    expect(samples.get('orc_agent_crashes_total{agent="other"}')).toBe(2);
  });

  it.skipIf(!promtool.isThere)('is taken by promtool without a word', async () => {
    const { metrics } = await open();
    const { path } = promtool as { path: string };
    const options = { input: await metrics.text(), encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(path, ['check', 'metrics'], options);
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  });

  it('is served on loopback to whoever has the token, under no other name', async () => {
    const { metrics } = await open();
    const { text } = metrics;
    await using server = await startMetricsServer({ port: 0, token: 'secret', text, log: makeLog().log });
    const get = (headers: Record<string, string>) => fetch(server.url, { headers });
    const answer = await get({ authorization: 'Bearer secret' });
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    expect(parseExposition(await answer.text()).problems).toEqual([]);
    expect((await get({})).status).toBe(401);
    expect((await get({ authorization: 'Bearer guessed' })).status).toBe(401);
    const elsewhere = await fetch(new URL('/v1/status', server.url), {
      headers: { authorization: 'Bearer secret' },
    });
    expect(elsewhere.status).toBe(404);
  });

  it('answers a scrape that cannot be read with 500, says why in the log, and goes on', async () => {
    const problem = new Error('disk I/O error');
    let isBroken = true;
    const look = (): void => {
      if (isBroken) throw problem;
    };
    const { text } = (await open({ look })).metrics;
    const { log, errors } = makeLog();
    await using server = await startMetricsServer({ port: 0, token: 'secret', text, log });
    const scrape = () => fetch(server.url, { headers: { authorization: 'Bearer secret' } });
    const answer = await scrape();
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('the log')]);
    expect(errors).toEqual([[{ err: problem }, 'the metrics could not be read']]);
    isBroken = false;
    expect((await scrape()).status).toBe(200);
    expect(errors).toHaveLength(1);
  });
});

function makeLog() {
  const errors: unknown[][] = [];
  return { errors, log: { error: (...words: unknown[]) => void errors.push(words) } };
}

/** Reads the text format as a monitoring system does, and says what it could not read. */
function parseExposition(text: string): { samples: Map<string, number>; problems: string[] } {
  const samples = new Map<string, number>();
  const problems: string[] = [];
  const types = new Map<string, string>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const type = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line);
    if (type?.[1] !== undefined && type[2] !== undefined) types.set(type[1], type[2]);
    if (line.startsWith('# ')) continue;
    const [, name = '', labels = '', value = ''] =
      /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)*\})? (\S+)$/.exec(line) ?? [];
    const base = name.replace(/_(bucket|sum|count)$/, '');
    const isKnown = types.has(name) || types.get(base) === 'histogram';
    if (!isKnown || Number.isNaN(Number(value.replace('+Inf', 'Infinity')))) problems.push(line);
    if (types.get(name) === 'counter' && !name.endsWith('_total'))
      problems.push(`${name} is no counter's name`);
    if (samples.has(name + labels)) problems.push(`twice: ${line}`);
    samples.set(name + labels, Number(value));
  }
  return { samples, problems };
}
