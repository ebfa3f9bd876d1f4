import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { byId, done, get, patch, post, remove } from './contract-routes.ts'
import { languages } from './languages.ts'
import {
  BenchReport,
  BenchTrouble,
  BenchUnit,
  BuildDraft,
  BuildInput,
  Console,
  ConsoleFollow,
  ConsoleInput,
  ConsoleOutput,
  ConsolePatch,
  ConsoleRead,
  ConsoleSend,
  DemoInput,
  DemoStatus,
  Id,
  Line,
  LineInput,
  LinePatch,
  ListedAtProfile,
  PageInput,
  Port,
  ProgrammerTest,
  ProgrammerTestInput,
  pageOf,
  Recipe,
  RecipeCheckInput,
  RecipeCheckResult,
  RecipeInput,
  RecipePatch,
  RecordExport,
  RecordFilter,
  RelabelInput,
  ReportQuery,
  Run,
  RunFilter,
  RunInput,
  RunWithLog,
  ScanInput,
  Slot,
  UnitFilter,
  UnitId,
  UnitLabel,
  UnitRecord,
  UnitRecordWithLog,
  ValueDetail,
  ValueDetailQuery,
  ValueQuery,
  ValueSummary,
} from './schema.ts'

const byUnit = z.strictObject({ id: UnitId })

/** The flashing bench: ports, lines, recipes, runs, records (docs/bench.md §8). */
export const benchContract = {
  ports: get('/ports', 'Serial ports that are there now, and why they cannot be listed where they cannot').output(
    z.object({ items: z.array(Port), trouble: BenchTrouble.nullable() }),
  ),
  atProfiles: get('/bench/at-profiles', 'Profiles of AT modules: shipped ones and files of the data directory').output(
    z.object({ items: z.array(ListedAtProfile), nextCursor: z.null() }),
  ),
  testProgrammer: post('/settings/programmers/test', 'Start a program of a programmer and show what it says')
    .input(ProgrammerTestInput)
    .output(ProgrammerTest),
  lines: get('/bench/lines', 'Lines with their slots').output(z.object({ items: z.array(Line), nextCursor: z.null() })),
  createLine: post('/bench/lines', 'Create a line of slots').input(LineInput).output(Line),
  getLine: get('/bench/lines/{id}', 'One line').input(byId).output(Line),
  updateLine: patch('/bench/lines/{id}', 'Change a line; `slots` are all of them, in their order')
    .input(LinePatch.extend({ id: Id }))
    .output(Line),
  removeLine: remove('/bench/lines/{id}', 'Delete a line; its records stay').input(byId).output(done),
  learn: post('/bench/lines/{id}/learn', 'Each port plugged in from now on becomes the next slot; `on: false` ends it')
    .input(byId.extend({ on: z.boolean().default(true) }))
    .output(Line),
  scan: post('/bench/lines/{id}/scan', "A unit's barcode, for a slot or the first that waits for one")
    .input(ScanInput.extend({ id: Id }))
    .output(Slot),
  retryFailed: post('/bench/lines/{id}/retry-failed', 'Try again in every slot whose latest run failed')
    .input(byId)
    .output(z.object({ items: z.array(Run) })),
  clear: post('/bench/slots/{id}/clear', 'Put the lamp of an ended run out, forget the barcode; ask the unit who it is')
    .input(byId)
    .output(Slot),
  recipes: get('/bench/recipes', 'Recipes, newest first')
    .input(PageInput.extend({ q: z.string().max(64).optional() }))
    .output(pageOf(Recipe)),
  createRecipe: post('/bench/recipes', 'Create a recipe; images are packages or uploads')
    .input(RecipeInput)
    .output(Recipe),
  getRecipe: get('/bench/recipes/{id}', 'One recipe').input(byId).output(Recipe),
  updateRecipe: patch('/bench/recipes/{id}', 'Change a recipe: makes its next version')
    .input(RecipePatch.extend({ id: Id }))
    .output(Recipe),
  removeRecipe: remove('/bench/recipes/{id}', 'Delete a recipe; its records stay').input(byId).output(done),
  copyRecipe: post('/bench/recipes/{id}/copy', 'Create a recipe as another one is, with its files')
    .input(byId)
    .output(Recipe),
  /** The archive in pieces, for the desktop window; REST serves it at `GET /bench/recipes/{id}/export`. */
  exportRecipe: oc
    .input(byId)
    .output(eventIterator(z.object({ fileName: z.string(), size: z.number(), base64: z.string() }))),
  importRecipe: post('/bench/recipes/import', 'Create a recipe from a file that another station exported')
    .input(z.strictObject({ upload: z.string(), productId: Id.nullish() }))
    .output(Recipe),
  fromBuild: post('/bench/recipes/from-build', 'Read a build of ESP-IDF, PlatformIO or Arduino into a recipe draft')
    .input(BuildInput)
    .output(BuildDraft),
  check: post('/bench/check', 'What a recipe would write, and what is wrong with it; touches no unit')
    .input(RecipeCheckInput)
    .output(RecipeCheckResult),
  runs: get('/bench/runs', 'Runs, newest first').input(RunFilter).output(pageOf(Run)),
  start: post('/bench/runs', 'Flash the units of a line or of slots')
    .input(RunInput)
    .output(z.object({ items: z.array(Run) })),
  getRun: get('/bench/runs/{id}', 'One run with its log').input(byId).output(RunWithLog),
  cancelRun: post('/bench/runs/{id}/cancel', 'Stop one slot cleanly').input(byId).output(Run),
  retryRun: post('/bench/runs/{id}/retry', 'Try again in the same slot').input(byId).output(Run),
  records: get('/bench/records', 'Unit records, newest first').input(RecordFilter).output(pageOf(UnitRecord)),
  getRecord: get('/bench/records/{id}', 'One unit record with its log').input(byId).output(UnitRecordWithLog),
  /** The same as a CSV file in pieces, for the desktop window; REST serves it at `GET /bench/records/export`. */
  exportRecords: oc.input(RecordExport).output(eventIterator(z.object({ fileName: z.string(), text: z.string() }))),
  values: get('/bench/values', 'What the checks of a recipe measured: spread, limits, Cp and Cpk of each value')
    .input(ValueQuery)
    .output(z.object({ items: z.array(ValueSummary), nextCursor: z.null() })),
  value: get('/bench/values/{name}', 'The distribution of one measured value, its trend and what was out of limits')
    .input(ValueDetailQuery)
    .output(ValueDetail),
  units: get(
    '/bench/units',
    'Serial numbers and the units that have them, newest first; `shared`: those that several units have',
  )
    .input(UnitFilter)
    .output(pageOf(UnitLabel)),
  getUnit: get('/bench/units/{id}', 'One unit (by its id) with its serial numbers, the current one first')
    .input(byUnit)
    .output(BenchUnit),
  relabel: post('/bench/units/{id}/relabel', "Give a unit another serial number; the one before stays the unit's")
    .input(RelabelInput.extend({ id: UnitId }))
    .output(BenchUnit),
  report: get('/bench/report', 'Yield, first-pass yield, units per hour, cycle times, failures by reason')
    .input(ReportQuery)
    .output(BenchReport),
  /** The same as CSV text; REST serves it at `GET /bench/report?format=csv`. */
  reportText: oc
    .input(ReportQuery.extend({ language: z.enum(languages).optional() }))
    .output(z.object({ fileName: z.string(), text: z.string() })),
  consoles: get('/bench/consoles', 'Serial consoles that are open').output(
    z.object({ items: z.array(Console), nextCursor: z.null() }),
  ),
  openConsole: post(
    '/bench/consoles',
    'Open the serial console of a slot or port; one that is open stays, and everybody who opens it shares it',
  )
    .input(ConsoleInput)
    .output(Console),
  getConsole: get('/bench/consoles/{id}', 'One serial console').input(byId).output(Console),
  updateConsole: patch('/bench/consoles/{id}', 'Change speed, parity and the lines DTR and RTS of a serial console')
    .input(ConsolePatch.extend({ id: Id }))
    .output(Console),
  closeConsole: remove(
    '/bench/consoles/{id}',
    'Close a serial console for everybody, so that another program can open its port',
  )
    .input(byId)
    .output(done),
  readConsole: get('/bench/consoles/{id}/output', 'What a serial console received and sent from an offset on')
    .input(ConsoleRead)
    .output(ConsoleOutput),
  followConsole: get('/bench/consoles/{id}/stream', 'The same as a stream that goes on')
    .input(ConsoleFollow)
    .output(eventIterator(ConsoleOutput)),
  sendConsole: post('/bench/consoles/{id}/send', 'Send a line or bytes').input(ConsoleSend).output(Console),
  demo: get('/bench/demo', 'The lines of simulated targets').output(DemoStatus),
  startDemo: post('/bench/demo/start', 'Make lines of simulated targets and let them run by themselves')
    .input(DemoInput)
    .output(DemoStatus),
  stopDemo: post('/bench/demo/stop', 'Unplug the simulated targets and remove their line').output(DemoStatus),
}
