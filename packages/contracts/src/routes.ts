import type { z } from 'zod';
import type { RouteName } from './paths.ts';
import { agents } from './routes/agents.ts';
import { channels } from './routes/channels.ts';
import { clientSide } from './routes/client-side.ts';
import { costs } from './routes/costs.ts';
import { credits } from './routes/credits.ts';
import { events } from './routes/events.ts';
import { gitHooks } from './routes/git-hooks.ts';
import { git } from './routes/git.ts';
import { messages } from './routes/messages.ts';
import { pubsub } from './routes/pubsub.ts';
import { routing } from './routes/routing.ts';
import { numbers } from './routes/numbers.ts';
import { schedule } from './routes/schedule.ts';
import { rules } from './routes/rules.ts';
import { system } from './routes/system.ts';
import { team } from './routes/team.ts';
import { work } from './routes/work.ts';

export type { Access } from './routes/define.ts';

/** Every call of the daemon: who may make it, what it takes and what it answers. */
export const routes = {
  ...system,
  ...team,
  ...events,
  ...pubsub,
  ...messages,
  ...work,
  ...routing,
  ...agents,
  ...channels,
  ...schedule,
  ...git,
  ...costs,
  ...credits,
  ...numbers,
  ...clientSide,
  ...gitHooks,
  ...rules,
} satisfies Record<RouteName, object>;

export type Routes = typeof routes;

type Part<Name extends RouteName, Key extends string> = Key extends keyof Routes[Name]
  ? Routes[Name][Key] extends z.ZodType
    ? { readonly [K in Key]: z.input<Routes[Name][Key]> }
    : object
  : object;

/** What a caller passes. Query values travel as text, so a caller may give numbers and booleans. */
type QueryPart<Name extends RouteName> = 'query' extends keyof Routes[Name]
  ? Routes[Name]['query'] extends z.ZodType
    ? {
        readonly query?: {
          readonly [K in keyof z.output<Routes[Name]['query']>]:
            z.output<Routes[Name]['query']>[K] | undefined;
        };
      }
    : object
  : object;

export type RouteInput<Name extends RouteName> = Part<Name, 'params'> & QueryPart<Name> & Part<Name, 'body'>;
export type RouteOutput<Name extends RouteName> = Routes[Name]['answer'] extends z.ZodType
  ? z.output<Routes[Name]['answer']>
  : never;
