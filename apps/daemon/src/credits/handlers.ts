import { errors } from '../errors.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';
import type { Governor } from './governor.ts';
import { accountView } from './views.ts';

/** The calls behind `orc credits`. */
export function createCreditHandlers(
  { registry, clock, config }: Pick<Parts, 'registry' | 'clock' | 'config'>,
  governor: Governor,
): HandlersOf<'credits' | 'changeCredits'> {
  const { windows, autoResume } = config.credits;

  const accountsNow = (): string[] => {
    const { readings, episodes } = governor.state();
    const known = [...Object.keys(readings), ...episodes.map(({ account }) => account)];
    return [...new Set([...registry.listAgents().map(governor.accountOf), ...known])].sort();
  };

  return {
    credits: () => {
      const now = clock.now();
      const seen = { governor, windows, agents: registry.listAgents(), now };
      return { at: now, autoResume, accounts: accountsNow().map((account) => accountView(account, seen)) };
    },
    changeCredits: ({ params, body }) => {
      const known = accountsNow();
      if (body.account !== undefined && !known.includes(body.account))
        throw errors.unknownAccount(body.account, known);
      const accounts = body.account === undefined ? known : [body.account];
      for (const account of accounts) {
        if (params.action === 'resume') governor.resume(account);
        else governor.forget(account);
      }
      governor.tick();
      return { accounts };
    },
  };
}
