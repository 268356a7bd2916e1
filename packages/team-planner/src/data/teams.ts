import type { CatalogueInput } from '../catalogue-schema.ts';

/** The team of each kind of project. The project manager stands in every core, since every team has one. */
export const templates: CatalogueInput['templates'] = {
  web_application: {
    title: 'Web application',
    aliases: ['web_app', 'web', 'code_project', 'software'],
    matrix: 'development',
    core: ['orchestrator', 'project-manager', 'developer', 'tester', 'testrunner'],
    optional: ['devops', 'researcher', 'documentation-writer'],
    implementing: 'developer',
  },
  system_deployment: {
    title: 'System deployment',
    aliases: ['deployment', 'system'],
    matrix: 'operations',
    core: ['orchestrator', 'project-manager', 'sysadmin', 'devops', 'securityops'],
    optional: ['networkops', 'monitoringops', 'databaseops'],
    implementing: 'devops',
  },
  data_pipeline: {
    title: 'Data pipeline',
    aliases: ['data', 'pipeline', 'etl'],
    matrix: 'development',
    core: ['orchestrator', 'project-manager', 'developer', 'databaseops', 'devops'],
    optional: ['monitoringops', 'researcher'],
    implementing: 'developer',
  },
  infrastructure_as_code: {
    title: 'Infrastructure as code',
    aliases: ['infrastructure', 'iac'],
    matrix: 'operations',
    core: ['orchestrator', 'project-manager', 'devops', 'sysadmin', 'securityops'],
    optional: ['networkops', 'monitoringops'],
    implementing: 'devops',
  },
};

/** What a subscription carries. */
export const plans: CatalogueInput['plans'] = {
  pro: {
    title: 'Pro',
    agentsMax: 3,
    recommended: { min: 2, max: 3 },
    checkInMinutesMin: 45,
  },
  max5: {
    title: 'Max 5x',
    aliases: ['max', 'max5x'],
    agentsMax: 5,
    recommended: { min: 3, max: 4 },
    checkInMinutesMin: 30,
  },
  max20: {
    title: 'Max 20x',
    aliases: ['max20x'],
    agentsMax: 8,
    recommended: { min: 5, max: 6 },
    checkInMinutesMin: 30,
  },
  console: {
    title: 'Console',
    aliases: ['api', 'enterprise'],
    agentsMax: null,
    recommended: null,
    checkInMinutesMin: 30,
  },
};

/** How a team grows with its project. A maximum of null means as many as are relevant. */
export const sizes: CatalogueInput['sizes'] = {
  small: {
    base: { min: 3, max: 4 },
    optional: { min: 0, max: 1 },
    tokenFactor: 10,
    sourceFilesMin: 0,
    linesMin: 0,
  },
  medium: {
    base: { min: 5, max: 6 },
    optional: { min: 2, max: 3 },
    tokenFactor: 15,
    sourceFilesMin: 40,
    linesMin: 4_000,
  },
  large: {
    base: { min: 7, max: 8 },
    optional: { min: 4, max: 5 },
    tokenFactor: 20,
    sourceFilesMin: 500,
    linesMin: 60_000,
    addsOffered: true,
  },
  enterprise: {
    base: { min: 9, max: null },
    optional: { min: 0, max: null },
    tokenFactor: 25,
    sourceFilesMin: 4_000,
    linesMin: 500_000,
    addsOffered: true,
  },
};

/** Roles that cannot work without another one. */
export const prerequisites: CatalogueInput['prerequisites'] = {
  monitoringops: { needs: ['sysadmin'], reason: 'it needs access to the systems it watches' },
  securityops: { needs: ['sysadmin'], reason: 'it needs somebody with privileges on the system' },
  databaseops: { needs: ['sysadmin'], reason: 'it needs somebody to install the servers' },
  networkops: { needs: ['sysadmin'], reason: 'it needs access to the interfaces' },
};

/** Words of a specification that state a fact which conditions ask for. */
export const facts: CatalogueInput['facts'] = {
  productionDeployment: {
    words: [
      'production deployment',
      'deploy to production',
      'production environment',
      'in production',
      'go live',
    ],
  },
  handlesSensitiveData: {
    words: [
      'sensitive data',
      'personal data',
      'pii',
      'credit card',
      'payment data',
      'payments',
      'health records',
      'medical data',
      'passwords',
    ],
  },
  complianceRequired: {
    words: ['compliance', 'gdpr', 'hipaa', 'pci', 'pci-dss', 'soc 2', 'soc2', 'iso 27001'],
  },
  requiresSla: { words: ['sla', 'slo', 'service level', 'uptime', 'high availability', '99.9%', '99.99%'] },
  databaseCluster: { words: ['cluster', 'clustering', 'replication', 'replica', 'replicas', 'sharding'] },
  mentionsDatabase: { words: ['database', 'databases', 'schema migration', 'schema migrations'] },
  mentionsProxy: {
    words: [
      'proxy',
      'proxies',
      'reverse proxy',
      'nginx',
      'haproxy',
      'traefik',
      'load balancer',
      'load balancing',
      'dns',
      'vlan',
      'cdn',
    ],
  },
  mentionsMonitoring: {
    words: [
      'monitoring',
      'prometheus',
      'grafana',
      'alerting',
      'alerts',
      'observability',
      'metrics',
      'dashboard',
      'dashboards',
    ],
  },
  mentionsSecurity: {
    words: ['hardening', 'firewall', 'tls', 'certificates', 'apparmor', 'selinux', 'penetration test'],
  },
  mentionsLogs: { words: ['log aggregation', 'error tracking', 'centralized logging', 'elk'] },
  mentionsResearch: { words: ['research', 'evaluate', 'feasibility', 'compare options', 'best practices'] },
  mentionsDocumentation: {
    words: ['user guide', 'api documentation', 'documentation', 'tutorial', 'handbook', 'user manual'],
  },
  mentionsDeployment: {
    words: ['docker', 'kubernetes', 'ci/cd', 'deploy', 'deployment', 'staging', 'terraform'],
  },
};

/** When a role joins without being asked for, and when it is only offered. */
export const conditions: CatalogueInput['conditions'] = {
  'devops-docker': {
    role: 'devops',
    effect: 'add',
    types: ['web_application'],
    when: [{ fact: 'hasDocker', is: true }],
    reason: 'the project has Docker files',
  },
  'databaseops-complex': {
    role: 'databaseops',
    effect: 'add',
    when: [
      { fact: 'hasDatabase', is: true },
      { fact: 'databaseComplexity', is: 'high' },
    ],
    reason: 'there are several databases or a cluster',
  },
  'securityops-production': {
    role: 'securityops',
    match: 'any',
    effect: 'add',
    when: [
      { fact: 'productionDeployment', is: true },
      { fact: 'handlesSensitiveData', is: true },
      { fact: 'complianceRequired', is: true },
    ],
    reason: 'it goes to production, holds sensitive data or has to comply with a standard',
  },
  'monitoringops-services': {
    role: 'monitoringops',
    effect: 'add',
    when: [
      { fact: 'serviceCount', above: 5 },
      { fact: 'requiresSla', is: true },
    ],
    reason: 'there are more than 5 services and a promised service level',
  },
  'networkops-proxy': {
    role: 'networkops',
    effect: 'offer',
    when: [{ fact: 'mentionsProxy', is: true }],
    reason: 'the specification speaks of proxies or the network',
  },
  'monitoringops-mentioned': {
    role: 'monitoringops',
    effect: 'offer',
    when: [{ fact: 'mentionsMonitoring', is: true }],
    reason: 'the specification speaks of monitoring',
  },
  'databaseops-mentioned': {
    role: 'databaseops',
    effect: 'offer',
    types: ['system_deployment'],
    when: [{ fact: 'hasDatabase', is: true }],
    reason: 'there is a database',
  },
  'securityops-mentioned': {
    role: 'securityops',
    effect: 'offer',
    when: [{ fact: 'mentionsSecurity', is: true }],
    reason: 'the specification speaks of security',
  },
  'devops-mentioned': {
    role: 'devops',
    effect: 'offer',
    when: [{ fact: 'mentionsDeployment', is: true }],
    reason: 'the specification speaks of deployment',
  },
  'researcher-mentioned': {
    role: 'researcher',
    effect: 'offer',
    when: [{ fact: 'mentionsResearch', is: true }],
    reason: 'the specification asks for research',
  },
  'documentation-mentioned': {
    role: 'documentation-writer',
    effect: 'offer',
    when: [{ fact: 'mentionsDocumentation', is: true }],
    reason: 'the specification asks for documentation',
  },
  'logtracker-mentioned': {
    role: 'logtracker',
    effect: 'offer',
    when: [{ fact: 'mentionsLogs', is: true }],
    reason: 'the specification speaks of log aggregation',
  },
  'code-reviewer-large': {
    role: 'code-reviewer',
    match: 'any',
    effect: 'offer',
    when: [
      { fact: 'size', is: 'large' },
      { fact: 'size', is: 'enterprise' },
    ],
    reason: 'the project is large',
  },
};

/** Shown with every plan. `{factor}` is the number of the size. */
export const advice: CatalogueInput['advice'] = [
  'A team uses about {factor} times the tokens of one session.',
  'For long sessions, "--size small" keeps the usage down.',
  'Check-ins every 45 to 90 minutes save tokens; shorter ones find trouble sooner.',
  'For one complex task, agents that work one after the other use less than agents side by side.',
];
