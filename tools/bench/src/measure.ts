import { spawn } from 'node:child_process';

/** Something that is timed. `run` resolves with the milliseconds that count, or does the work and is timed. */
export interface Subject {
  readonly name: string;
  readonly run: () => Promise<number>;
}

export interface Measured {
  readonly name: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly runs: number;
}

/**
 * Times all subjects in one run, in a new random order each round, so that whatever the machine does
 * meanwhile meets all of them. The first round warms up and does not count.
 */
export async function measureTogether(subjects: readonly Subject[], rounds: number): Promise<Measured[]> {
  const times = new Map(subjects.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, run } of shuffle(subjects)) {
      const ms = await run();
      if (round > 0) times.get(name)?.push(ms);
    }
  }
  return subjects.map(({ name }) => summarise(name, times.get(name) ?? []));
}

function summarise(name: string, times: readonly number[]): Measured {
  return { name, medianMs: percentile(times, 50), p95Ms: percentile(times, 95), runs: times.length };
}

/** Nearest rank. */
export function percentile(times: readonly number[], rank: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? NaN;
}

export interface ProgramOptions {
  readonly input?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Times a whole process, from its start to its end. A program that fails is no measurement. */
export function timeProgram(file: string, args: readonly string[], options: ProgramOptions): Promise<number> {
  const { input = '', env, cwd = '/' } = options;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(file, args, { cwd, env, stdio: ['pipe', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      const ms = performance.now() - started;
      if (code === 0) resolve(ms);
      else reject(new Error(`${file} ${args.join(' ')} ended with ${code}: ${stderr}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Milliseconds that an action takes. */
export async function time(action: () => unknown): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

function shuffle<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
