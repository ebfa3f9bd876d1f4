import { startFailureText } from '#shared/start-failure-texts.ts'
import type { StartFailureCode, StartFailureData } from '#shared/start-failures.ts'

/**
 * The station cannot start, a person has to mend or decide something, and starting it again does not help. Thrown by any
 * room while the station starts; the process ends with exit code 1 and the text of `shared/texts`. The
 * message is the English text.
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
