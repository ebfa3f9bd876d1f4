import { stm32 } from '#shared/targets/stm32.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { looksLikeEspImage } from '../../images/esp-image.ts'
import { inspected } from '../../images/image-inspection.ts'
import { type ImageRules, overlaps, type Problem, refusal } from '../../images/image-rules.ts'
import { parseImage } from '../../images/parse-image.ts'
import { looksLikeVectors } from '../../images/vector-table.ts'

const flashStart = stm32.address.first

const isSoundEspImage = (region: Region): boolean =>
  looksLikeEspImage(region.bytes) && !(inspected(region, 0) instanceof FlashError)

const problemsOf = (region: Region): Problem[] => {
  const { name, bytes, address } = region
  if (isSoundEspImage(region)) return [refusal('IMAGE_OTHER_TARGET', { name, found: 'ESP', target: 'STM32' })]
  if (address === flashStart && !looksLikeVectors(bytes)) return [refusal('IMAGE_NO_VECTORS', { name })]
  return []
}

/** What may be written to STM32 chips. */
export const stm32Images: ImageRules = {
  parse: (bytes, name, address) => parseImage(bytes, name, address ?? flashStart, { machine: 'ARM' }),
  chipOf: () => undefined,
  check: (regions) => [...overlaps(regions), ...regions.flatMap(problemsOf)],
}
