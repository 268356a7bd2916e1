import type { CatalogueInput } from '../catalogue-schema.ts';

/** Who talks to whom. `*` is everybody in the team. The project manager talks to everybody, and everybody to them. */
export const matrices: CatalogueInput['matrices'] = {
  development: {
    talksTo: {
      orchestrator: ['*'],
      'project-manager': ['*'],
      '*': ['orchestrator', 'project-manager'],
      developer: ['orchestrator', 'tester', 'testrunner'],
      tester: ['orchestrator', 'developer', 'testrunner'],
      testrunner: ['orchestrator', 'tester', 'developer'],
    },
  },
  operations: {
    talksTo: {
      orchestrator: ['*'],
      'project-manager': ['*'],
      '*': ['orchestrator', 'project-manager'],
      sysadmin: ['orchestrator', 'securityops', 'networkops', 'monitoringops', 'databaseops'],
      devops: ['orchestrator', 'sysadmin', 'developer', 'monitoringops'],
      securityops: ['orchestrator', 'sysadmin', 'networkops', 'monitoringops'],
      networkops: ['orchestrator', 'sysadmin', 'securityops', 'monitoringops'],
      monitoringops: [
        'orchestrator',
        'sysadmin',
        'devops',
        'securityops',
        'networkops',
        'databaseops',
        'developer',
        'tester',
        'testrunner',
        'logtracker',
      ],
      databaseops: ['orchestrator', 'sysadmin', 'developer', 'monitoringops'],
    },
  },
};

/** Where reports go. A profile without the matrix allows only what it lists, and what everybody may. */
export const profiles: CatalogueInput['profiles'] = {
  'orchestrator-hub': {
    title: 'Reports go to the orchestrator',
    aliases: ['orchestrator'],
    hub: 'orchestrator',
    usesMatrix: true,
    handoffs: [
      { from: 'developer', to: 'tester', tags: ['FAST_LANE_TRIGGER', 'test-handoff'] },
      { from: 'tester', to: 'testrunner', tags: ['FAST_LANE_TRIGGER', 'test-handoff'] },
      { from: 'testrunner', to: 'developer', tags: ['FAST_LANE_TRIGGER', 'test-handoff'] },
    ],
  },
  'pm-hub': {
    title: 'Reports go to the project manager',
    aliases: ['pm', 'project-manager'],
    hub: 'project-manager',
    usesMatrix: false,
    talksTo: {
      orchestrator: ['*'],
      'project-manager': ['*'],
      '*': ['project-manager'],
    },
    handoffs: [
      { from: 'developer', to: 'tester', tags: ['FAST_LANE_TRIGGER', 'test-handoff'] },
      { from: 'tester', to: 'testrunner', tags: ['FAST_LANE_TRIGGER', 'test-handoff'] },
      { from: 'testrunner', to: 'developer', tags: ['FAST_LANE_TRIGGER', 'test-handoff'] },
    ],
  },
};

/** How work flows in a kind of project: neighbours in a line work closely, the lower line follows the upper. */
export const patterns: CatalogueInput['patterns'] = {
  web_application: {
    lines: [
      ['orchestrator', 'developer', 'tester'],
      ['devops', 'testrunner'],
    ],
    down: [
      ['developer', 'devops'],
      ['tester', 'testrunner'],
    ],
  },
  system_deployment: {
    lines: [
      ['orchestrator', 'sysadmin', 'securityops'],
      ['devops', 'networkops', 'monitoringops'],
    ],
    down: [
      ['orchestrator', 'devops'],
      ['sysadmin', 'networkops'],
      ['securityops', 'monitoringops'],
    ],
  },
};
