import { CommandOptions } from '#shared/targets/command.ts'
import { refusal } from '../../images/image-rules.ts'
import { programProblem } from '../../programs/program-file.ts'
import type { FamilyNeeds, RecipeWish, StationTools } from '../family.ts'
import { callProblems, imageFile } from './program-call.ts'

const optionsOf = ({ options }: RecipeWish): CommandOptions => CommandOptions.parse(options)

const programmerOf = (wish: RecipeWish, tools: StationTools) =>
  tools.programmers().find(({ name }) => name === optionsOf(wish).programmer)

/** Sample facts in place of a unit's. */
const sample = {
  port: '/dev/ttyUSB0',
  usbpath: '1-1',
  usbserial: 'SN0000000001',
  slot: '1',
  serial: 'SN0000000001',
  unit: '000000000000',
}

/** A recipe needs the programmer that it names, with its program, and every value that this asks for. */
export const commandNeeds: FamilyNeeds = {
  lacks: (wish, tools) =>
    programmerOf(wish, tools) ? undefined : { option: 'programmer', name: optionsOf(wish).programmer || '—' },

  refuses(wish, tools) {
    const programmer = programmerOf(wish, tools)
    if (!programmer) return { option: 'programmer', rule: 'programmerKnown' }
    const extra = Object.keys(optionsOf(wish).values).find((name) => !programmer.values?.includes(name))
    return extra === undefined ? undefined : { option: `values.${extra}`, rule: 'programmerValues' }
  },

  async check(wish, tools) {
    const { programmer: name, values } = optionsOf(wish)
    const programmer = programmerOf(wish, tools)
    if (!programmer) return [refusal('COMMAND_UNKNOWN', { programmer: name || '—' })]
    const images = wish.images.map((image, at) => ({ ...image, file: imageFile(at, image.name) }))
    const missing = await programProblem(programmer.program)
    return [...(missing ? [missing] : []), ...callProblems(programmer, { ...sample, images, values })]
  },
}
