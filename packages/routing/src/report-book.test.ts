import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { dependentsOf, openReportBook, type SignedReport } from './index.ts';

const newPath = () => join(makeTempDirectory(), 'orc.db');
const report = (id: string, at: number): SignedReport => ({
  id,
  agent: 'shop/developer',
  role: 'developer',
  kind: 'completion',
  subjects: ['role:developer'],
  at,
  text: 'Parser, commit 1a2b3c4',
});
const codeOf = (code: string) => expect.objectContaining({ code }) as Error;

describe('the book of reports', () => {
  it('keeps what was signed, once, across processes', () => {
    const path = newPath();
    {
      using book = openReportBook({ path });
      expect(book.sign('shop', report('r1', 1))).toBe(true);
      expect(book.sign('shop', report('r1', 1))).toBe(false);
      expect(book.once('told', 5)).toBe(true);
    }
    using again = openReportBook({ path });
    again.sign('shop', report('r2', 2));
    again.sign('other', report('r3', 3));
    expect(again.reports({ project: 'shop' }).map(({ id }) => id)).toEqual(['r2', 'r1']);
    expect(again.reports({ project: 'shop', since: 2 })).toEqual([report('r2', 2)]);
    expect(again.once('told', 6)).toBe(false);
    expect(again.markedAt('told')).toBe(5);
    expect(again.prune(2)).toBe(1);
    expect(again.reports({ project: 'shop' })).toHaveLength(1);
  });

  it('refuses a report that says nothing', () => {
    using book = openReportBook({ path: newPath() });
    expect(() => book.sign('shop', { ...report('r1', 1), text: ' ' })).toThrowError(
      codeOf('ORC_ROUTING_BAD_REPORT'),
    );
  });

  it('keeps what roles wait for, and refuses circles with the whole way', () => {
    using book = openReportBook({ path: newPath() });
    const defaults = { monitoringops: ['sysadmin'] };
    book.setNeeds('shop', 'developer', ['monitoringops', 'monitoringops'], defaults);
    const all = { ...defaults, ...book.ownDependencies('shop') };
    expect(all).toEqual({ monitoringops: ['sysadmin'], developer: ['monitoringops'] });
    expect(dependentsOf(all, 'sysadmin')).toEqual(['monitoringops']);
    expect(() => book.setNeeds('shop', 'sysadmin', ['developer'], defaults)).toThrowError(
      expect.objectContaining({
        code: 'ORC_ROUTING_DEPENDENCY_CYCLE',
        details: { roles: ['sysadmin', 'developer', 'monitoringops', 'sysadmin'] },
      }) as Error,
    );
    expect(() => book.setNeeds('shop', 'tester', ['tester'], defaults)).toThrowError(
      codeOf('ORC_ROUTING_SELF_DEPENDENCY'),
    );
    book.setNeeds('shop', 'monitoringops', [], defaults);
    expect(dependentsOf({ ...defaults, ...book.ownDependencies('shop') }, 'sysadmin')).toEqual([]);
  });

  it('collects the answers to a standup, one of each', () => {
    using book = openReportBook({ path: newPath() });
    const opened = { id: 's1', project: 'shop', askedBy: 'user', askedAt: 1, closesAt: 10 };
    book.openStandup(opened, [
      { agent: 'shop/developer', question: 'm1' },
      { agent: 'shop/tester', question: 'm2' },
    ]);
    const answer = { agent: 'shop/developer', answer: 'm3', text: 'at it', at: 5 };
    expect(book.noteAnswer('s1', answer)).toBe(true);
    expect(book.noteAnswer('s1', { ...answer, answer: 'm4' })).toBe(false);
    expect(book.noteAnswer('s1', { ...answer, agent: 'shop/devops' })).toBe(false);
    expect(book.openStandups()).toHaveLength(1);
    expect(book.closeStandup('s1', 9)).toBe(true);
    expect(book.closeStandup('s1', 9)).toBe(false);
    expect(book.lastStandup('shop')).toMatchObject({
      closedAt: 9,
      answers: [
        { agent: 'shop/developer', question: 'm1', text: 'at it', answeredAt: 5 },
        { agent: 'shop/tester', question: 'm2', text: null, answeredAt: null },
      ],
    });
    expect(book.lastStandup('other')).toBeUndefined();
    expect(() => book.getStandup('s9')).toThrowError(codeOf('ORC_ROUTING_UNKNOWN_STANDUP'));
  });
});
