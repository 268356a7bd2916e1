import { join } from 'node:path';
import type { Layout } from '@orc/contracts';
import { appendJsonl } from '@orc/jsonl';

const files = {
  messages: 'communications',
  compliance_analysis: 'communications',
  violations: 'communications',
  commits: 'git-activity',
  pushes: 'git-activity',
  'pr-activity': 'git-activity',
} as const;

export type AuditFile = keyof typeof files;

/** Adds a record to a file of its UTC day: `registry/logs/communications/2030-01-02/messages.jsonl`. */
export type AuditLog = (file: AuditFile, at: number, record: object) => void;

export function createAuditLog({ audit }: Pick<Layout, 'audit'>): AuditLog {
  return (file, at, record) => {
    const day = new Date(at).toISOString().slice(0, 10);
    appendJsonl(join(audit, files[file], day, `${file}.jsonl`), { at, ...record });
  };
}
