import { benchReasonText } from '#shared/bench-reasons.ts'
import type { Language } from '#shared/languages.ts'
import type {
  BenchTrouble,
  BuildDraft,
  Console,
  ConsoleOutput,
  Line,
  RecipeCheckResult,
  Run,
  Slot,
} from '#shared/schema.ts'
import type {
  BuildDraftView,
  CheckView,
  LineView,
  RunView,
  SlotView,
  TroubleView,
} from '../flashing/bench/bench-views.ts'
import type { ConsoleOutputView, ConsoleView } from '../flashing/consoles/consoles.ts'
import type { ReasonData } from '../flashing/flasher.ts'
import type { Page } from '../platform/store/pagination.ts'

type Reasoned = Pick<RunView, 'errorCode' | 'errorData'>

/** Adds texts in one language to the codes that the bench reports. */
export const benchTexts = (language: Language) => {
  const text = (code: string, data: ReasonData): string => benchReasonText(code, language, data) ?? code

  const trouble = (view: TroubleView): BenchTrouble => ({ ...view, message: text(view.code, view.data) })

  /** A run or a record, with the text of its reason. */
  const ended = <T extends Reasoned>(view: T): T & Pick<Run, 'message'> => ({
    ...view,
    message: view.errorCode === null ? null : text(view.errorCode, view.errorData),
  })

  const slot = (view: SlotView): Slot => ({
    ...view,
    run: view.run && ended(view.run),
    trouble: view.trouble && trouble(view.trouble),
  })

  const console = ({ trouble: why, ...view }: ConsoleView): Console => ({
    ...view,
    trouble: why && trouble({ code: why.code, data: { ...why.data } }),
  })

  return {
    console,
    output: (view: ConsoleOutputView): ConsoleOutput => ({ ...view, console: console(view.console) }),
    trouble,
    page: <T extends Reasoned>({ items, nextCursor }: Page<T>) => ({ items: items.map(ended), nextCursor }),
    ended,
    slot,
    build: (view: BuildDraftView): BuildDraft => ({ ...view, notes: view.notes.map(trouble) }),
    line: (view: LineView): Line => ({
      ...view,
      serials: view.serials && { ...view.serials, trouble: view.serials.trouble && trouble(view.serials.trouble) },
      slots: view.slots.map(slot),
    }),
    check: (view: CheckView): RecipeCheckResult => ({
      ...view,
      problems: view.problems.map(trouble),
      warnings: view.warnings.map(trouble),
    }),
  }
}
