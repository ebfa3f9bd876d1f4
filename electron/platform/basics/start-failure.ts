import { startFailureText } from '#shared/start-failure-texts.ts'
import type { StartFailureCode, StartFailureData } from '#shared/start-failures.ts'

/**
 * The station cannot start, and a restart does not help until an operator corrects or decides something. Any module may
 * throw it during the start; the process ends with exit code 1 and the text of `shared/texts`. The message is the English text.
 */
export class StartFailure extends Error {
  override readonly name: string = 'StartFailure'
  readonly code: StartFailureCode
  readonly data: StartFailureData

  constructor(code: StartFailureCode, data: StartFailureData = {}, options?: ErrorOptions) {
    super(startFailureText(code, 'en', data), options)
    this.code = code
    this.data = data
  }
}
