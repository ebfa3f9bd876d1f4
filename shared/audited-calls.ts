import { isContractProcedure } from '@orpc/contract'
import { contract } from './contract.ts'

/** Calls that change nothing although their method does not show it. */
const reading: ReadonlySet<string> = new Set([
  // A backup is recorded when it is sent, a restore when it is confirmed.
  'backups.link',
  'backups.prepare',
  'backups.fromPath',
  'bench.check',
  'bench.closeConsole',
  'bench.fromBuild',
  'bench.exportRecipe',
  'bench.exportRecords',
  'bench.openConsole',
  'bench.reportText',
  'campaigns.preview',
  'campaigns.report',
  'diffs.download',
  'events.stream',
  'logs.read',
  'logs.diagnostics',
  'packages.check',
  'sinks.test',
])

/** Names of the procedures that change something (`bench.start`): each call of one is an entry of the audit log. */
export const auditedCalls: ReadonlySet<string> = new Set(
  Object.entries(contract).flatMap(([room, procedures]) =>
    Object.entries<unknown>(procedures).flatMap(([name, procedure]) => {
      const action = `${room}.${name}`
      if (!isContractProcedure(procedure) || reading.has(action)) return []
      return procedure['~orpc'].route.method === 'GET' ? [] : [action]
    }),
  ),
)
