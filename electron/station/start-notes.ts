import type { Logger } from 'pino'
import type { Gates } from '../platform/connections/admission-controls.ts'
import type { DownloadBase } from '../platform/download/download-url.ts'

/** Below this number of possible connections, a factory's devices may not all be able to connect. */
const ROOM_LITTLE = 2000

/** Warns where the factory's devices may not all be able to connect. */
export const tellRoom = ({ room }: Gates, logger: Logger): void => {
  if (room < ROOM_LITTLE)
    logger.warn(
      { connections: room },
      'this process may open few files: there is room for so many connections of devices; raise the limit (ulimit -n, LimitNOFILE)',
    )
}

/** Says which campaigns go by way of the cache. */
export const tellCache = ({ scheme, url }: DownloadBase, logger: Logger): void => {
  const [by, other] = scheme === 'https' ? ['HTTPS', 'HTTP'] : ['HTTP', 'HTTPS']
  logger.info(
    { downloadUrl: url },
    `campaigns over ${by} name this address in their notices; those over ${other} and over MQTT download from the station itself`,
  )
}
