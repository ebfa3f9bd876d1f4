import { texts } from '#shared/texts/index.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import { reportCsv } from '../flashing/bench/bench-report.ts'
import type { DemoLine } from '../station/demo-line.ts'
import { benchTexts } from './bench-texts.ts'
import type { ApiContext } from './context.ts'
import type { Implementation } from './implementation.ts'

const ok = { ok: true } as const

/** The file that holds exported unit records. */
const RECORDS_FILE = 'unit-records.csv'

const textsFor = ({ language }: ApiContext) => benchTexts(language)

/** The procedures of the bench: each makes one call to the bench and answers in the caller's language. */
export const benchHandlers = (os: Implementation['bench'], bench: Bench, demoLine: DemoLine) => ({
  ports: os.ports.handler(({ context }) => {
    const { items, trouble } = bench.ports()
    return { items, trouble: trouble && textsFor(context).trouble(trouble) }
  }),
  atProfiles: os.atProfiles.handler(({ context }) => ({
    items: bench.atProfiles().map(({ trouble, ...profile }) => ({
      ...profile,
      trouble: trouble && textsFor(context).trouble(trouble),
    })),
    nextCursor: null,
  })),
  testProgrammer: os.testProgrammer.handler(async ({ input, context }) => {
    const { trouble, ...result } = await bench.testProgrammer(input)
    return { ...result, trouble: trouble && textsFor(context).trouble(trouble) }
  }),
  lines: os.lines.handler(({ context }) => ({
    items: bench.lines().map(textsFor(context).line),
    nextCursor: null,
  })),
  createLine: os.createLine.handler(async ({ input, context }) =>
    textsFor(context).line(await bench.createLine(input)),
  ),
  getLine: os.getLine.handler(({ input, context }) => textsFor(context).line(bench.line(input.id))),
  updateLine: os.updateLine.handler(async ({ input: { id, ...patch }, context }) =>
    textsFor(context).line(await bench.updateLine(id, patch)),
  ),
  removeLine: os.removeLine.handler(async ({ input }) => {
    await bench.removeLine(input.id)
    return ok
  }),
  learn: os.learn.handler(({ input, context }) => textsFor(context).line(bench.learn(input.id, input.on))),
  scan: os.scan.handler(async ({ input: { id, ...scanned }, context }) =>
    textsFor(context).slot(await bench.scan(id, scanned)),
  ),
  retryFailed: os.retryFailed.handler(async ({ input, context }) => ({
    items: (await bench.retryFailed(input.id)).map(textsFor(context).ended),
  })),
  clear: os.clear.handler(async ({ input, context }) => textsFor(context).slot(await bench.clear(input.id))),
  recipes: os.recipes.handler(({ input }) => bench.recipes.list(input)),
  createRecipe: os.createRecipe.handler(({ input }) => bench.recipes.create(input)),
  getRecipe: os.getRecipe.handler(({ input }) => bench.recipes.get(input.id)),
  updateRecipe: os.updateRecipe.handler(({ input: { id, ...patch } }) => bench.recipes.update(id, patch)),
  removeRecipe: os.removeRecipe.handler(async ({ input }) => {
    await bench.recipes.remove(input.id)
    return ok
  }),
  copyRecipe: os.copyRecipe.handler(({ input }) => bench.recipes.copy(input.id)),
  exportRecipe: os.exportRecipe.handler(async function* ({ input }) {
    const { fileName, size, pieces } = bench.recipes.export(input.id)
    for await (const piece of pieces) yield { fileName, size, base64: piece.toString('base64') }
  }),
  importRecipe: os.importRecipe.handler(({ input }) => bench.recipes.import(input.upload, input.productId)),
  fromBuild: os.fromBuild.handler(async ({ input, context }) =>
    textsFor(context).build(await bench.recipes.fromBuild(input)),
  ),
  check: os.check.handler(async ({ input, context }) => textsFor(context).check(await bench.check(input))),
  runs: os.runs.handler(({ input, context }) => textsFor(context).page(bench.runs(input))),
  start: os.start.handler(async ({ input, context }) => ({
    items: (await bench.start(input, context.operator)).map(textsFor(context).ended),
  })),
  getRun: os.getRun.handler(({ input, context }) => textsFor(context).ended(bench.run(input.id))),
  cancelRun: os.cancelRun.handler(async ({ input, context }) => textsFor(context).ended(await bench.cancel(input.id))),
  retryRun: os.retryRun.handler(async ({ input, context }) => textsFor(context).ended(await bench.retry(input.id))),
  records: os.records.handler(({ input, context }) => textsFor(context).page(bench.records(input))),
  getRecord: os.getRecord.handler(({ input, context }) => textsFor(context).ended(bench.record(input.id))),
  exportRecords: os.exportRecords.handler(async function* ({ input: { language, ...filter }, context }) {
    const t = texts[language ?? context.language].benchRecords
    for await (const text of bench.recordsFile(filter, t)) yield { fileName: RECORDS_FILE, text }
  }),
  values: os.values.handler(async ({ input }) => ({ items: await bench.values.summaries(input), nextCursor: null })),
  value: os.value.handler(({ input }) => bench.values.detail(input)),
  units: os.units.handler(({ input }) => bench.units.list(input)),
  getUnit: os.getUnit.handler(({ input }) => bench.units.get(input.id)),
  relabel: os.relabel.handler(({ input: { id, ...label }, context }) =>
    bench.units.relabel(id, label, context.operator),
  ),
  report: os.report.handler(({ input }) => bench.report(input)),
  reportText: os.reportText.handler(async ({ input: { language, ...query }, context }) => {
    const report = await bench.report(query)
    const text =
      query.format === 'csv'
        ? reportCsv(report, texts[language ?? context.language].benchReport)
        : JSON.stringify(report, null, 2)
    return { fileName: `bench-by-${query.groupBy}.${query.format}`, text }
  }),
  consoles: os.consoles.handler(({ context }) => ({
    items: bench.consoles.list().map(textsFor(context).console),
    nextCursor: null,
  })),
  openConsole: os.openConsole.handler(async ({ input, context }) =>
    textsFor(context).console(await bench.consoles.open(input)),
  ),
  getConsole: os.getConsole.handler(({ input, context }) => textsFor(context).console(bench.consoles.get(input.id))),
  updateConsole: os.updateConsole.handler(async ({ input: { id, ...change }, context }) =>
    textsFor(context).console(await bench.consoles.update(id, change)),
  ),
  closeConsole: os.closeConsole.handler(async ({ input }) => {
    await bench.consoles.close(input.id)
    return ok
  }),
  readConsole: os.readConsole.handler(async ({ input, context, signal }) =>
    textsFor(context).output(await bench.consoles.read(input, signal)),
  ),
  followConsole: os.followConsole.handler(async function* ({ input, context, signal }) {
    for await (const message of bench.consoles.follow(input.id, input.offset, signal))
      yield textsFor(context).output(message)
  }),
  sendConsole: os.sendConsole.handler(async ({ input, context }) =>
    textsFor(context).console(await bench.consoles.send(input)),
  ),
  demo: os.demo.handler(() => demoLine.status()),
  startDemo: os.startDemo.handler(({ input, context }) => demoLine.start(input, texts[context.language].demoLine)),
  stopDemo: os.stopDemo.handler(() => demoLine.stop()),
})
