import {
  fillPlaceholders,
  imagePlaceholder,
  placeholdersIn,
  solePlaceholder,
} from '#shared/programmers/placeholders.ts'
import type { Programmer } from '#shared/schema.ts'
import { FlashError, type ReasonData } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import { type Problem, refusal, warning } from '../../images/image-rules.ts'

/** The command file of a programmer, in the run's folder. */
export const SCRIPT_FILE = 'script.txt'

/** What the placeholders of a call stand for; '' for what is not known. */
export interface CallFacts {
  readonly images: readonly {
    /** As the recipe names it. */
    readonly name: string
    /** In the run's folder. */
    readonly file: string
    readonly address: number | null
  }[]
  /** The recipe's values. */
  readonly values: Readonly<Record<string, string>>
  readonly port: string
  readonly usbpath: string
  readonly usbserial: string
  readonly slot: string
  readonly serial: string
  readonly unit: string
}

/** A program's arguments, and the text of its command file. */
export interface ProgramCall {
  readonly args: readonly string[]
  readonly script: string | undefined
  /** What a person should know before it is started. */
  readonly warnings: readonly Problem[]
}

/**
 * The only characters of a value within a larger text: that may be a language of the program (Tcl, a probe's commands), in which others
 * would be commands.
 */
const safeInside = /^[A-Za-z0-9._:-]*$/
/** Paths that the station itself gives. */
const safePath = /^[A-Za-z0-9._:/-]*$/

type Own = 'port' | 'usbpath' | 'usbserial' | 'slot' | 'serial' | 'unit'
const isOwn = (name: string): name is Own => ['port', 'usbpath', 'usbserial', 'slot', 'serial', 'unit'].includes(name)

/** The endings of a name that tell a program its format: `.hex`, `.tar.gz`; `.bin` without one. */
export const imageFile = (at: number, name: string): string =>
  `image${at}${(/(\.tar)?\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? '.bin').toLowerCase()}`

class Filler {
  readonly #programmer: Programmer
  readonly #facts: CallFacts
  readonly #problems = new Map<string, Problem>()

  constructor(programmer: Programmer, facts: CallFacts) {
    this.#programmer = programmer
    this.#facts = facts
  }

  get problems(): readonly Problem[] {
    return [...this.#problems.values()]
  }

  argument(template: string): string {
    const sole = solePlaceholder(template)
    const filled = fillPlaceholders(template, (name) => this.#value(name, sole === undefined))
    const [first] = placeholdersIn(template)
    if (filled.startsWith('-') && !template.startsWith('-') && first !== undefined) this.#looksLikeOption(first, filled)
    return filled
  }

  script(template: string): string {
    return fillPlaceholders(template, (name) => this.#value(name, true))
  }

  #note(problem: Problem): string {
    this.#problems.set(JSON.stringify(problem), problem)
    return ''
  }

  #refuse(code: string, data: ReasonData): string {
    return this.#note(refusal(code, { programmer: this.#programmer.name, ...data }))
  }

  #value(name: string, inside: boolean): string {
    const { images, values } = this.#facts
    const image = imagePlaceholder(name)
    if (image) {
      const found = images[image.at]
      if (!found) return this.#refuse('COMMAND_IMAGE_MISSING', { place: `{${name}}`, count: images.length })
      if (image.of === 'image') return found.file
      return found.address === null ? this.#refuse('COMMAND_ADDRESS_MISSING', { name: found.name }) : hex(found.address)
    }
    if (name === 'script') return SCRIPT_FILE
    const value = isOwn(name) ? this.#facts[name] : Object.hasOwn(values, name) ? (values[name] ?? '') : ''
    if (value === '')
      return isOwn(name)
        ? this.#refuse('COMMAND_PLACE_MISSING', { place: `{${name}}` })
        : this.#refuse('COMMAND_VALUE_MISSING', { value: name })
    if (inside && !(name === 'port' ? safePath : safeInside).test(value))
      return this.#refuse('COMMAND_VALUE_UNSAFE', { value: name, text: value })
    return value
  }

  #looksLikeOption(name: string, text: string): void {
    // A recipe may come from elsewhere; a unit's own number is at most a wrong label.
    if (isOwn(name)) this.#note(warning('COMMAND_SERIAL_OPTION', { text }))
    else this.#refuse('COMMAND_VALUE_OPTION', { value: name, text })
  }
}

/** The call and everything that is wrong with it. */
const compose = (programmer: Programmer, facts: CallFacts): { call: ProgramCall; problems: readonly Problem[] } => {
  const filler = new Filler(programmer, facts)
  const args = programmer.args.map((template) => filler.argument(template))
  const script = programmer.script === undefined ? undefined : filler.script(programmer.script)
  const { problems } = filler
  return { call: { args, script, warnings: problems.filter(({ refused }) => !refused) }, problems }
}

/** Everything that keeps a programmer from being called with these facts. */
export const callProblems = (programmer: Programmer, facts: CallFacts): readonly Problem[] =>
  compose(programmer, facts).problems

/** The call with its placeholders filled. @throws FlashError, the first problem that refuses it. */
export const composeCall = (programmer: Programmer, facts: CallFacts): ProgramCall => {
  const { call, problems } = compose(programmer, facts)
  const first = problems.find(({ refused }) => refused)
  if (first) throw new FlashError(first.code, first.data)
  return call
}
