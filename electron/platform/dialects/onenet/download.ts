import { deviceDisposition } from '../../http/answers.ts'
import { contentRange } from '../../http/multipart.ts'
import type { BytesAnswer, DeviceHttp, HttpAnswer, HttpRequest, HttpTask } from '../http-dialect.ts'
import { resolveRange } from './range.ts'
import { closedErrno, stateOf } from './states.ts'

/**
 * Why a download is refused: the byte of the body (docs/protocols/onenet.md §8.4: 1 not found, 2 size mismatch, 3 invalid token; the
 * Studio SDK's 5, cancelled), and the number that later clients look for in the header `Ota-Errno` (1 no such device, 2 no
 * such file, 4 size mismatch, 5 task over, 6 authorization).
 */
const refusals = {
  'not found': { byte: '1', number: '2' },
  'size mismatch': { byte: '2', number: '4' },
  'invalid token': { byte: '3', number: '6' },
  'task over': { byte: '3', number: '5' },
  cancelled: { byte: '5', number: '5' },
} as const
type DownloadRefusal = keyof typeof refusals

/**
 * The error form of a download: no `Content-Length`, and one byte, the ASCII digit. It is sent in one chunk, because the official C
 * client uses the first digit as the length of a body that has neither a length nor chunks.
 */
export const refuseDownload = (reason: DownloadRefusal, why: string = reason): BytesAnswer => {
  const { byte, number } = refusals[reason]
  return {
    kind: 'bytes',
    status: 200,
    headers: { 'Content-Type': 'application/octet-stream', 'Ota-Errno': number },
    body: byte,
    chunked: true,
    refused: `download: ${why}`,
  }
}

/**
 * Call 4: the file, or the range that OneNET derives from `Range`. This call starts the download, because the token check before it
 * is optional; a device that is upgrading may download again.
 */
export const downloadTask = async (
  task: HttpTask,
  request: HttpRequest,
  deviceHttp: DeviceHttp,
): Promise<HttpAnswer> => {
  const state = stateOf(task)
  if (closedErrno(state) !== undefined) return refuseDownload('task over', `the task is ${state}`)
  const file = await deviceHttp.file(task)
  if (file === 'missing') return refuseDownload('not found')
  if (file === 'wrong size') return refuseDownload('size mismatch')
  if (state === 'waiting') await deviceHttp.signal(task, { kind: 'fetching' })
  const slice = resolveRange(request.headers.get('range'), file.size)
  const headers = {
    'Content-Type': 'application/octet-stream',
    // An STM32 demo searches the first `Range` in the answer and reads the data after that line as the file.
    ...(file.name.includes('Range') ? {} : deviceDisposition(file.name)),
    'Ota-Errno': '0',
  }
  return slice === 'whole'
    ? { kind: 'file', status: 200, headers, file, start: 0, end: file.size }
    : {
        kind: 'file',
        status: 206,
        // Must be the last header, because the demo requires it.
        headers: { ...headers, 'Content-Range': contentRange(slice, file.size) },
        file,
        ...slice,
      }
}
