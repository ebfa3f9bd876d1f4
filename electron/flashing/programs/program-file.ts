import { access, constants, stat } from 'node:fs/promises'
import { type Problem, refusal } from '../images/image-rules.ts'

/** Why a program cannot be started; undefined: it is an executable file. Windows has no permission for that. */
export const programProblem = async (program: string): Promise<Problem | undefined> => {
  const found = await stat(program).catch(() => undefined)
  if (!found) return refusal('COMMAND_NOT_FOUND', { program })
  const executable = await access(program, constants.X_OK).then(
    () => true,
    () => false,
  )
  return found.isFile() && executable ? undefined : refusal('COMMAND_NOT_EXECUTABLE', { program })
}
