import { composeStatusRequest, composeTask } from '@orc/briefing';
import { checkText, composeTemplate, findKind, type Kind } from '@orc/routing';
import { describe, expect, it } from 'vitest';

const kindOf = (id: string) => findKind(id) as Kind;

describe('what orc itself writes', () => {
  it('has the forms that it asks of others', () => {
    const task = composeTask({ id: 'shop.t-01', title: 'Write it', assignee: 'shop/developer' });
    expect(checkText(kindOf('task'), task)).toEqual([]);
    const form = composeTemplate('status', { agent: 'shop/developer' });
    const asked = composeStatusRequest({ agentId: 'shop/developer' });
    for (const line of form.split('\n').slice(1)) expect(asked).toContain(line.split('[')[0]);
  });
});
