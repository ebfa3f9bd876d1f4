import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { vitestLimits } from './test/limits.mjs'

/** Overwrites the board at TEST_PORT: only where one is named (test/flashing/README.md). */
const needsBoard = process.env.TEST_PORT ? [] : ['test/flashing/conformance/real-port.test.ts']

/** In a process of its own: it puts a double in the place of a module. */
const alone = ['test/desktop/**/*.test.ts']

const shared = {
  environment: 'node',
  pool: 'forks',
  ...vitestLimits,
} as const
const never = [...configDefaults.exclude, 'dist/**', 'test/e2e/**', ...needsBoard]

export default defineConfig({
  test: {
    // Vitest leaves a core free, which of two is half the machine; many files wait more than they compute.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          ...shared,
          name: 'together',
          include: ['{electron,shared,renderer,test}/**/*.test.{ts,tsx}'],
          exclude: [...never, ...alone],
          setupFiles: ['test/statement-watch.ts'],
          // What they have in common is loaded once a process, not once a file: that was most of their time.
          isolate: false,
        },
      },
      { test: { ...shared, name: 'alone', include: alone, exclude: never } },
    ],
  },
})
