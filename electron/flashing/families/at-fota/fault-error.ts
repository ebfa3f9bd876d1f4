import type { AtMeaning } from '../../at-profiles/profile.ts'
import { FlashError, type ReasonData } from '../../flasher.ts'
import type { UpdateFault } from './update-watch.ts'

/** The code of each meaning of a module's result. */
const codes: Readonly<Record<AtMeaning, string>> = {
  network: 'AT_RESULT_NETWORK',
  server: 'AT_RESULT_SERVER',
  notFound: 'AT_RESULT_NOT_FOUND',
  timeout: 'AT_RESULT_TIMEOUT',
  address: 'AT_RESULT_ADDRESS',
  package: 'AT_RESULT_PACKAGE',
  source: 'AT_RESULT_SOURCE',
  size: 'AT_RESULT_SIZE',
  space: 'AT_RESULT_SPACE',
  storage: 'AT_RESULT_STORAGE',
  busy: 'AT_RESULT_BUSY',
  restored: 'AT_RESULT_RESTORED',
  rejected: 'AT_RESULT_REJECTED',
  other: 'AT_RESULT_OTHER',
}

/** A failed update in words, with what the station knows of it. */
export const faultError = (fault: UpdateFault, data: ReasonData): FlashError => {
  if (fault.kind === 'reported')
    return new FlashError(codes[fault.meaning], { ...data, code: fault.code, words: fault.words.slice(0, 160) })
  if (fault.kind === 'unrequested') return new FlashError('AT_NO_REQUEST', data)
  return new FlashError('AT_IDLE', data)
}
