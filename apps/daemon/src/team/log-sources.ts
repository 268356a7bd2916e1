import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RouteOutput } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';
import { listCorpses } from '../supervision/remains.ts';
import { archivesDirectory } from './agents.ts';

type Source = RouteOutput<'agentLogs'>['sources'][number];

/** Every file that tells what an agent said and showed, the oldest first. Files that are gone are left out. */
export function listLogSources(
  { registry, layout }: Pick<Parts, 'registry' | 'layout'>,
  agent: Agent,
): Source[] {
  const transcripts = new Map<string, number>();
  for (const { transcriptPath, startedAt } of registry.sessions(agent.id))
    if (transcriptPath !== null && !transcripts.has(transcriptPath))
      transcripts.set(transcriptPath, startedAt);
  const sources: Source[] = [
    ...[...transcripts].map(([path, at]) => ({ type: 'transcript' as const, path, at })),
    ...listArchives(layout, agent),
    ...listCorpses(layout, agent.id).map(({ path, at }) => ({ type: 'end' as const, path, at })),
  ];
  return sources.filter(({ path }) => existsSync(path)).sort((one, other) => one.at - other.at);
}

const STAMP = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)(?:-\d+)?\.log$/;

function listArchives(layout: Parts['layout'], { project, role }: Agent): Source[] {
  const directory = archivesDirectory(layout);
  if (!existsSync(directory)) return [];
  const prefix = `${project}_${role}_`;
  return readdirSync(directory).flatMap((name) => {
    const match = name.startsWith(prefix) ? STAMP.exec(name.slice(prefix.length)) : null;
    if (!match) return [];
    const [, year, month, day, hours, minutes, seconds] = match;
    const at = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
    return [{ type: 'archive' as const, path: join(directory, name), at }];
  });
}
