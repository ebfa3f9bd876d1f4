import { describe, expect, it } from 'vitest'
import { isBuild, isBuildFile, sentFiles } from './build-files.ts'

const file = (path: string) => ({ path, file: new File([], path) })

describe('the files of a build', () => {
  it('are its description and its images, wherever they are', () => {
    expect(['a/flasher_args.json', 'flash_args', 'x/app.BIN'].every(isBuildFile)).toBe(true)
    expect(['a/app.elf', 'build.ninja', 'my_flash_args'].some(isBuildFile)).toBe(false)
  })

  it('are known as a build by the description, or as one archive', () => {
    expect(isBuild(['flasher_args.json', 'app.bin'])).toBe(true)
    expect(isBuild(['gateway.ZIP'])).toBe(true)
    expect(isBuild(['bootloader.bin', 'app.bin'])).toBe(false)
    expect(isBuild(['a.zip', 'b.zip'])).toBe(false)
  })

  it('are sent with the description first, and no more than one call takes', () => {
    const many = Array.from({ length: 200 }, (_, index) => file(`build/deep/er/${index}.bin`))
    const sent = sentFiles([...many, file('build/app.bin'), file('build/flasher_args.json')])
    expect(sent).toHaveLength(128)
    expect(sent.slice(0, 2).map(({ path }) => path)).toEqual(['build/flasher_args.json', 'build/app.bin'])
  })
})
