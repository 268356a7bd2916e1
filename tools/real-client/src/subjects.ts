import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorld, startModelApi, type World, type WorldOptions } from '@orc/drill';
import { scenarioOf, scriptOf, type Cue } from './cues.ts';

/** A client under test, in a world of its own. */
export interface Subject extends AsyncDisposable {
  readonly world: World;
  /** Whether this text was in a request to the model; what orc says about it is not asked. */
  given(text: string): boolean;
  /** Whether whoever wrote the summary of a compaction was given this text. */
  summarised(text: string): boolean;
}

type Start = Pick<WorldOptions, 'directory' | 'orc' | 'config' | 'roles'> & { readonly cues: readonly Cue[] };

/** The proof is what the scripted API was asked. */
export async function startRealClient(
  { cues, ...options }: Start,
  { binary, allowed }: { readonly binary: string; readonly allowed: readonly string[] },
): Promise<Subject> {
  const api = await startModelApi(scriptOf(cues));
  const realClient = { command: [binary], modelApiUrl: api.url };
  const world = await makeWorld({ ...options, realClient, allowed });
  return {
    world,
    given: (text) => api.requests.some(({ kind, fresh }) => kind === 'main' && fresh.includes(text)),
    summarised: (text) => api.requests.some(({ kind, fresh }) => kind === 'summary' && fresh.includes(text)),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

/** There is no API; the proof is what the simulation noted as sent, and as the summary's text. */
export async function startSim({ cues, ...options }: Start): Promise<Subject> {
  const world = await makeWorld({ ...options, scenario: scenarioOf(cues) });
  const has = (text: string, isMeant: (record: TranscriptRecord) => boolean) =>
    records(join(world.layout.home, 'sim', 'projects')).some(
      (record) => isMeant(record) && JSON.stringify(record).includes(escaped(text)),
    );
  return {
    world,
    given: (text) => has(text, ({ type }) => type === 'api-request-blob'),
    summarised: (text) => has(text, ({ isCompactSummary }) => isCompactSummary === true),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

interface TranscriptRecord {
  readonly type?: string;
  readonly isCompactSummary?: boolean;
}

function records(projects: string): TranscriptRecord[] {
  if (!existsSync(projects)) return [];
  return readdirSync(projects)
    .flatMap((name) => readdirSync(join(projects, name)).map((file) => join(projects, name, file)))
    .filter((path) => path.endsWith('.jsonl'))
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as TranscriptRecord);
}

/** As it stands inside JSON. */
const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
