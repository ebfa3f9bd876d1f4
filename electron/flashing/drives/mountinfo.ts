/** A file system that is mounted (Linux, proc_pid_mountinfo(5)). */
export interface Mount {
  /** Major and minor number of its device: `8:1`. */
  readonly device: string
  readonly folder: string
  readonly type: string
  /** The device's path, as it was named when it was mounted. */
  readonly source: string
  readonly isReadOnly: boolean
}

/** Blanks and backslashes are written as three octal digits. */
const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Reads `/proc/self/mountinfo`, the latest mount last. A bind mount of a part of a file system is left out. */
export const parseMountInfo = (text: string): readonly Mount[] =>
  text.split('\n').flatMap((line) => {
    const [mount = '', rest = ''] = line.split(' - ')
    const [, , device, root, folder, options] = mount.split(' ')
    const [type, source] = rest.split(' ')
    if (!device || root !== '/' || !folder || !type) return []
    return [
      {
        device,
        folder: plain(folder),
        type,
        source: plain(source ?? ''),
        isReadOnly: options?.split(',').includes('ro') === true,
      },
    ]
  })
