import type { HttpDialect } from '../http-dialect.ts'
import { answerSouth, southAnswer } from './south.ts'
import { answerStudio, isStudioPath } from './studio.ts'

const SOUTH = ['/ota/device/', '/ota/south/']

/** OneNET over HTTP: the south API and the newer ones beside it. A product whose key is `south` or `device` has the former alone. */
export const onenetHttp: HttpDialect = {
  protocol: 'onenet',
  prefixes: [...SOUTH, '/fuse-ota/', '/ota/'],
  takes: (path) =>
    path.startsWith('/fuse-ota/') || SOUTH.some((prefix) => path.startsWith(prefix)) || isStudioPath(path),
  async handle(request, desk) {
    const answer = (await answerSouth(request, desk)) ?? (await answerStudio(request, desk))
    return answer ?? { ...southAnswer({ errno: 11 }, 'no such path'), status: 404 }
  },
  failed: () => southAnswer({ errno: 7 }),
}
