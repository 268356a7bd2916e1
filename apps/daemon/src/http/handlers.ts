import type { Progress, RouteName, RouteOutput, Routes } from '@orc/contracts';
import type { z } from 'zod';
import type { Caller } from './auth.ts';

type Parsed<Name extends RouteName, Key extends string> = Key extends keyof Routes[Name]
  ? Routes[Name][Key] extends z.ZodType
    ? z.output<Routes[Name][Key]>
    : undefined
  : undefined;

/** One call as its handler sees it: checked input, who calls, and what the caller can still be told. */
export interface Call<Name extends RouteName> {
  readonly caller: Caller;
  readonly params: Parsed<Name, 'params'>;
  readonly query: Parsed<Name, 'query'>;
  readonly body: Parsed<Name, 'body'>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Tells a streaming caller how far the work is; does nothing for the others. */
  readonly progress: (progress: Progress) => void;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

export type Handler<Name extends RouteName> = (
  call: Call<Name>,
) => RouteOutput<Name> | Promise<RouteOutput<Name>>;

export type Handlers = { readonly [Name in RouteName]: Handler<Name> };

/** Some of the calls; each capability of the daemon brings its own. */
export type HandlersOf<Names extends RouteName> = { readonly [Name in Names]: Handler<Name> };
