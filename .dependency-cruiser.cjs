// The house rules of src/: data flows through the stages, and only a few rooms may join them.
const STAGES = [
  'submit',
  'analyze',
  'size',
  'launch',
  'monitor',
  'predict',
  'decide',
  'arbitrate',
  'actuate',
  'record',
  'explain',
  'picture',
  'runtimes',
];

/** The rooms that join stages; `simulate` joins those of the tick on simulated time, `operator` for pods of others, `node-agent` beside them on their node. */
const WIRING = [
  'loop',
  'simulate',
  'operator',
  'node-agent',
  'cli',
  'commands',
  'serve',
  'api',
  'client',
  'mcp',
];

/** What a stage may import besides `model`, `config` and itself. */
const EXCEPTIONS = {
  // A runtime samples its instances with the kernel readers that live in `monitor`.
  runtimes: ['monitor'],
};

module.exports = {
  forbidden: [
    ...STAGES.map((stage) => {
      const allowed = ['model', 'config', stage, ...(EXCEPTIONS[stage] ?? [])];
      return {
        name: `stage-${stage}-stands-alone`,
        comment:
          'A stage knows the shared vocabulary and itself: then it can be read, tested and replaced alone. Wiring belongs into main, loop or cli.',
        severity: 'error',
        from: { path: `^src/${stage}/`, pathNot: '\\.(test|fixture)\\.ts$' },
        to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})/` },
      };
    }),
    {
      name: 'model-knows-only-itself',
      comment: 'Every stage imports the vocabulary; if it imported back, all would depend on all.',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: '^src/', pathNot: '^src/model/' },
    },
    {
      name: 'config-knows-only-the-model',
      comment: 'Configuration is read before anything is constructed, so it can know no stage.',
      severity: 'error',
      from: { path: '^src/config/' },
      to: { path: '^src/', pathNot: '^src/(model|config)/' },
    },
    {
      name: 'model-does-no-io',
      comment: 'The vocabulary stays pure: what touches files or processes belongs to a stage.',
      severity: 'error',
      from: { path: '^src/model/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'deciding-does-no-io',
      comment: 'Decisions are replayed from records, which works only while they are pure.',
      severity: 'error',
      from: { path: '^src/(predict|decide|arbitrate)/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'simulating-touches-no-machine',
      comment:
        'A simulation gives the same result everywhere: no file, process or clock decides about it. Files are read and written by the commands.',
      severity: 'error',
      from: { path: '^src/simulate/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'the-client-is-light',
      comment:
        'Other programs load the client: of the server it takes types, and nothing that is loaded.',
      severity: 'error',
      from: { path: '^src/client/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/client/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-dashboard-is-a-client',
      comment:
        'The page knows what every client knows: the API, by the client for it, and the vocabulary. Of the rest it takes types alone.',
      severity: 'error',
      from: { path: '^dashboard/' },
      to: {
        path: '^(src|test|bench|scripts|bin)/',
        pathNot: '^src/(client|model)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nothing-imports-the-dashboard',
      comment: 'It is built into files of its own; what imports it would load it into the server.',
      severity: 'error',
      from: { path: '^(src|test|bench|scripts|bin)/' },
      to: { path: '^dashboard/' },
    },
    {
      name: 'every-folder-has-its-rule',
      comment: 'A new folder below src must be named here, or no rule would watch it.',
      severity: 'error',
      from: {
        path: '^src/[^/]+/',
        pathNot: `^src/(${[...STAGES, ...WIRING, 'model', 'config'].join('|')})/`,
      },
      to: {},
    },
    {
      name: 'source-knows-no-tests',
      comment: 'What is shipped must run without what is not shipped.',
      severity: 'error',
      from: { path: '^(src|bin)/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: '^(test|bench|scripts)/|\\.(test|fixture)\\.ts$' },
    },
    {
      name: 'no-development-packages-in-source',
      comment: 'They are not installed with the published package.',
      severity: 'error',
      from: { path: '^(src|bin)/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'Modules in a cycle can only be understood, loaded and tested together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is dead, or its wiring was forgotten.',
      severity: 'error',
      from: {
        orphan: true,
        // Entry points that a person or a tool starts by name.
        pathNot: [
          '\\.d\\.ts$',
          '^src/(main|index|client/index)\\.ts$',
          '^(bench|scripts|bin|test)/',
          '^dashboard/(main\\.tsx|vite\\.config\\.ts)$',
          '\\.test\\.ts$',
        ],
      },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing would slip past every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test/fixtures|examples)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['limber-source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
