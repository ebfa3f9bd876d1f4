import { expect, it } from 'vitest'
import { appArguments } from './arguments.ts'

it('from the project, our options follow the path of the application', () => {
  expect(appArguments(['electron', '.', '--data', 'd', '--no-tls'], false)).toEqual(['--data', 'd', '--no-tls'])
  expect(appArguments(['electron', '--inspect=0', '--remote-debugging-port=0', '/p', '--demo'], false)).toEqual([
    '--demo',
  ])
})

it('packaged, they follow the program', () => {
  expect(appArguments(['ota-bench', '--data', 'd'], true)).toEqual(['--data', 'd'])
})

it("Chromium's switches are not ours, unknown words are", () => {
  expect(appArguments(['ota-bench', '--no-sandbox', '--ozone-platform=x11', '--bad'], true)).toEqual(['--bad'])
})
