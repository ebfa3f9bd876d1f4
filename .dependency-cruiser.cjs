// Who may import whom (docs: architecture). The rooms stand in order; each may import itself and those below it:
//   main → station-process → api → station → simulator → flashing → platform → shared, and renderer → shared.
const { Visitor } = require('@swc/core/Visitor.js')

// swc parses `using` (ECMAScript explicit resource management), its visitor does not know it and throws.
const { visitStatement } = Visitor.prototype
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement)
  statement.decls = this.visitVariableDeclarators(statement.decls)
  return statement
}

const tests = '[.]test[.]tsx?$'

/** The rooms of electron/, from the top; each with the pattern of its files. */
const rooms = [
  ['main', '^electron/(main|window|preload)[.]ts$|^electron/desktop/'],
  ['station-process', '^electron/station-process[.]ts$|^electron/process/'],
  ['api', '^electron/api/'],
  ['station', '^electron/station/'],
  ['simulator', '^electron/simulator/'],
  ['flashing', '^electron/flashing/'],
  ['platform', '^electron/platform/'],
]

const upwards = rooms.map(([name, from], index) => ({
  name: `${name}-imports-downwards`,
  comment: 'Nothing imports upwards.',
  severity: 'error',
  from: { path: from, pathNot: tests },
  to: {
    path: rooms
      .slice(0, index)
      .map(([, path]) => path)
      .concat('^renderer/', '^test/'),
  },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...upwards,
    {
      name: 'shared-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^shared/', pathNot: tests },
      to: { path: '^(electron|renderer|test)/' },
    },
    {
      name: 'shared-runs-everywhere',
      comment: 'The screen has no Node.',
      severity: 'error',
      from: { path: '^shared/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-imports-shared-only',
      severity: 'error',
      from: { path: '^renderer/', pathNot: tests },
      to: { path: '^(electron|test)/' },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { path: '^renderer/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'options-import-nothing-of-ours',
      comment: 'Options are read before anything else is loaded, by the launchers too.',
      severity: 'error',
      from: { path: '^electron/options', pathNot: tests },
      to: { path: '^(electron|renderer|shared|test)/', pathNot: '^electron/options' },
    },
    {
      name: 'electron-in-three-files',
      comment: 'The same program runs on plain Node.',
      severity: 'error',
      from: { pathNot: '^electron/(main|window|preload)[.]ts$' },
      to: { path: ['(^|/)node_modules/electron/', '^electron$'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'listed-in-package-json',
      comment: 'A package that another one happens to bring may be gone tomorrow.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'station-needs-no-dev-dependency',
      severity: 'error',
      from: {
        path: '^(electron|shared)/',
        pathNot: [tests, '^electron/(main|window|preload)[.]ts$', '^electron/launch/'],
      },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-test-in-the-program',
      severity: 'error',
      from: { path: '^(electron|renderer|shared)/', pathNot: tests },
      to: { path: tests },
    },
  ],
  options: {
    // TypeScript 7 has no classic compiler API; swc reads type-only imports as well.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
    },
  },
}
