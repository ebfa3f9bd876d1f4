import { CommandOptions, command as facts } from '#shared/targets/command.ts'
import { unknownIdentity } from '../../flasher.ts'
import { type ImageRules, rawImage } from '../../images/image-rules.ts'
import type { Family } from '../family.ts'
import { flashByProgram } from './flash.ts'
import { commandNeeds } from './needs.ts'

/** A file goes to the program as it is; whether it has an address is the recipe's to say. */
const images: ImageRules = {
  parse(bytes, name, address) {
    const image = rawImage(bytes, name, address ?? 0)
    return { ...image, regions: image.regions.map((region) => ({ ...region, unaddressed: address === null })) }
  },
  chipOf: () => undefined,
  check: () => [],
}

/** Units that an external program writes: one that an engineer named in the settings, in a process of its own. */
export const command: Family<'process'> = {
  facts,
  transport: 'process',
  settings: (options) => ({ programmer: CommandOptions.parse(options).programmer }),
  images,
  refusals: [
    'COMMAND_UNKNOWN',
    'COMMAND_NOT_FOUND',
    'COMMAND_NOT_EXECUTABLE',
    'COMMAND_IMAGE_MISSING',
    'COMMAND_ADDRESS_MISSING',
    'COMMAND_VALUE_MISSING',
    'COMMAND_VALUE_OPTION',
    'COMMAND_VALUE_UNSAFE',
    'COMMAND_PLACE_MISSING',
  ],
  flasher: { identify: async () => unknownIdentity, flash: flashByProgram },
  needs: commandNeeds,
}
