import type { HttpDialect } from '../http-dialect.ts'
import { answerSouth, refuseSouthCaller, southAnswer } from './south-api.ts'
import { answerStudio, isStudioPath, refuseStudioCaller } from './studio-api.ts'

const SOUTH = ['/ota/device/', '/ota/south/']

const isSouthPath = (path: string): boolean => SOUTH.some((prefix) => path.startsWith(prefix))

/** OneNET over HTTP: the south API and the newer APIs. A product with the key `south` or `device` can use only the south API. */
export const onenetHttp: HttpDialect = {
  protocol: 'onenet',
  prefixes: [...SOUTH, '/fuse-ota/', '/ota/'],
  takes: (path) => path.startsWith('/fuse-ota/') || isSouthPath(path) || isStudioPath(path),
  async handle(request, deviceHttp) {
    const answer = (await answerSouth(request, deviceHttp)) ?? (await answerStudio(request, deviceHttp))
    return answer ?? { ...southAnswer({ errno: 11 }, 'no such path'), status: 404 }
  },
  refuseCaller: (request) =>
    (isSouthPath(request.path) ? undefined : refuseStudioCaller(request)) ?? refuseSouthCaller(request),
  failed: () => southAnswer({ errno: 7 }),
}
