import { OrcError } from '@orc/errors';

export const errors = {
  badConfig: (problems: readonly string[]) =>
    new OrcError(
      'ORC_EVENT_BUS_BAD_CONFIG',
      `These settings of the event bus cannot be used: ${problems.join('; ')}. Correct them.`,
      { problems },
    ),
  badEvent: (type: string, problems: readonly string[]) =>
    new OrcError(
      'ORC_EVENT_BUS_BAD_EVENT',
      `The event "${type}" was not published: ${problems.join('; ')}. Correct the caller.`,
      { type, problems },
    ),
  badFilter: (filter: string, position: number, problem: string) =>
    new OrcError(
      'ORC_EVENT_BUS_BAD_FILTER',
      `The filter cannot be read at character ${position + 1}: ${problem}.\n  ${onOneLine(filter)}\n  ${' '.repeat(position)}^`,
      { filter, position, problem },
    ),
  badGlob: (glob: string) =>
    new OrcError(
      'ORC_EVENT_BUS_BAD_GLOB',
      `"${glob}" matches no event type. Write a type such as "message.seen", with * for any part of it.`,
      { glob },
    ),
  loop: (type: string, depthMax: number) =>
    new OrcError(
      'ORC_EVENT_BUS_LOOP',
      `The event "${type}" was not published: ${depthMax} listeners in a row answered an event with another one. Break the circle.`,
      { type, depthMax },
    ),
} as const;

/** So that the mark below it stands under the right character. */
function onOneLine(text: string): string {
  return text.replaceAll(/\s/g, ' ');
}
