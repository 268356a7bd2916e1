import { OrcError } from '@orc/errors';
import { findNearest } from './names.ts';

interface Issue {
  readonly path: string;
  readonly message: string;
}

const hint = (text: string, choices: readonly string[]) => {
  const nearest = findNearest(text, choices);
  return `${nearest === undefined ? '' : `Did you mean "${nearest}"? `}There are: ${choices.join(', ')}.`;
};

const SHOWN_CHARACTERS_MAX = 60;

/** What somebody typed, short enough for a message. */
const shown = (text: string) =>
  text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;

export const errors = {
  emptySpec: () =>
    new OrcError(
      'ORC_PLANNER_EMPTY_SPEC',
      'The specification has no text. Write down what is to be built.',
      {},
    ),
  specTooLong: (characters: number, charactersMax: number) =>
    new OrcError(
      'ORC_PLANNER_SPEC_TOO_LONG',
      `The specification has ${characters} characters, and at most ${charactersMax} can be planned. Split it.`,
      { characters, charactersMax },
    ),
  tooManyTasks: (tasks: number, tasksMax: number) =>
    new OrcError(
      'ORC_PLANNER_TOO_MANY_TASKS',
      `The specification makes ${tasks} tasks, and a plan holds at most ${tasksMax}. Split it into several.`,
      { tasks, tasksMax },
    ),
  dependencyCycle: (titles: readonly string[]) =>
    new OrcError(
      'ORC_PLANNER_DEPENDENCY_CYCLE',
      `These tasks wait for one another, so none could begin: ${titles.map((title) => `"${shown(title)}"`).join(' → ')}. Remove one of the dependencies.`,
      { titles },
    ),
  unknownTeamType: (type: string, choices: readonly string[]) =>
    new OrcError(
      'ORC_PLANNER_UNKNOWN_TEAM_TYPE',
      `There is no team type "${shown(type)}". ${hint(type, choices)}`,
      {
        type,
        choices,
      },
    ),
  unknownRole: (role: string, choices: readonly string[]) =>
    new OrcError('ORC_PLANNER_UNKNOWN_ROLE', `There is no role "${shown(role)}". ${hint(role, choices)}`, {
      role,
      choices,
    }),
  unknownPlan: (plan: string, choices: readonly string[]) =>
    new OrcError('ORC_PLANNER_UNKNOWN_PLAN', `There is no plan "${shown(plan)}". ${hint(plan, choices)}`, {
      plan,
      choices,
    }),
  unknownSize: (size: string, choices: readonly string[]) =>
    new OrcError(
      'ORC_PLANNER_UNKNOWN_SIZE',
      `There is no team size "${shown(size)}". ${hint(size, choices)}`,
      {
        size,
        choices,
      },
    ),
  unknownProfile: (profile: string, choices: readonly string[]) =>
    new OrcError(
      'ORC_PLANNER_UNKNOWN_PROFILE',
      `There is no communication profile "${shown(profile)}". ${hint(profile, choices)}`,
      { profile, choices },
    ),
  badCatalogue: (source: string, issues: readonly Issue[], cause?: unknown) =>
    new OrcError(
      'ORC_PLANNER_BAD_CATALOGUE',
      `The role catalogue cannot be used as ${source} has it: ${issues
        .slice(0, 5)
        .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
        .join('; ')}. Correct that file, or remove it.`,
      { source, issues },
      { cause },
    ),
  notADirectory: (path: string, cause?: unknown) =>
    new OrcError(
      'ORC_PLANNER_NOT_A_DIRECTORY',
      `${path} is not a directory that can be read.`,
      { path },
      { cause },
    ),
} as const;
