import { describe, expect, it } from 'vitest';
import {
  checkText,
  composeTemplate,
  fillTemplate,
  findKind,
  kinds,
  templates,
  type TemplateId,
} from './index.ts';

const check = (kind: string, text: string) => {
  const found = findKind(kind);
  return found ? checkText(found, text) : ['no such kind'];
};
const names = Object.keys(templates) as TemplateId[];

describe('fillTemplate', () => {
  it('fills a form on one line each, which then lacks nothing', () => {
    const values = {
      Issue: 'two agents\nfail',
      'Actions Taken': 'restarted both',
      Recommendation: 'a smaller team',
      Need: 'your word',
    };
    const text = fillTemplate('escalation', { title: 'agents fail' }, values);
    expect(text.split('\n').slice(0, 2)).toEqual(['ESCALATION: agents fail', '- Issue: two agents fail']);
    expect(check('escalation', text)).toEqual([]);
    expect(check('escalation', fillTemplate('escalation', {}, { ...values, Need: ' ' }))).toHaveLength(1);
  });
});

describe('composeTemplate', () => {
  it('prints the form of a status with what is known filled in', () => {
    expect(composeTemplate('status', { agent: 'shop/developer', at: 0 })).toBe(
      [
        'STATUS [shop/developer] [1970-01-01T00:00:00.000Z]',
        'Completed:',
        '- [what exactly]',
        'Current: [what you are at]',
        'Blocked: [what by, or no]',
        'ETA: [when it will be done]',
      ].join('\n'),
    );
  });

  it.each(names)('prints a form of %s that fails its own check until it is filled, and then passes', (id) => {
    const kind = { ...kinds[0], template: id, check: 'form', aliases: [] } as unknown as Parameters<
      typeof checkText
    >[0];
    const empty = composeTemplate(id, { agent: 'a', at: 0, id: 'shop.t-01', title: 'x' });
    expect(checkText(kind, empty).length).toBeGreaterThan(0);
    const choices: Record<string, string> = { Severity: 'critical', Priority: 'HIGH' };
    const filled = templates[id].fields.reduce(
      (text, { label, hint }) => text.replace(`[${hint}]`, choices[label] ?? 'words that say it'),
      empty,
    );
    expect(checkText(kind, filled)).toEqual([]);
  });
});

describe('checkText', () => {
  it('says what is missing in a status', () => {
    expect(check('status', 'STATUS [dev] [now]\nCompleted:\n- parser\nCurrent: lexer')).toEqual([
      'Blocked is missing (what by, or no)',
      'ETA is missing (when it will be done)',
    ]);
    expect(check('status', 'all fine')).toContain('it does not begin with STATUS');
  });

  it('reads forms as people write them', () => {
    const text =
      '\nESCALATION: Daemon\n- Issue: three agents fail\n- **Actions Taken**: restarted 2\n- Recommendation: more memory\n- Need: a decision\n';
    expect(check('escalation', text)).toEqual([]);
    const task =
      'TASK [t1]: Write it\nAssigned to: dev\nObjective: it is there\nCriteria:\n1. it runs\nPriority: urgent';
    expect(check('task', task)).toEqual(['Priority is one of HIGH, MED, LOW, and not "urgent"']);
  });

  it('asks a completion for particulars, and not for a form', () => {
    expect(check('completion', 'Deployed to staging, EVENT_ROUTER_ENABLED=true')).toEqual([]);
    expect(check('completion', 'Parser reads all three formats, commit 1a2b3c4')).toEqual([]);
    expect(check('completion', 'done')).toHaveLength(1);
    expect(check('completion', 'everything is done now really')).toHaveLength(1);
    expect(check('note', 'done')).toEqual([]);
  });

  it('asks a completion that began as a form to be finished', () => {
    expect(check('completion', 'COMPLETED [t1]: it\nDone:\n- parser 1.2')).toEqual([
      'Where is missing (branch and commit, file, host)',
      'Checked is missing (by which test or look)',
    ]);
  });

  it('knows how bad a defect is and how to see it', () => {
    expect(
      check('bug', 'BUG: crash\nSteps to reproduce:\n- open it\nExpected: opens\nActual: crashes'),
    ).toEqual(['Severity is missing (critical, high, medium or low)']);
  });
});
