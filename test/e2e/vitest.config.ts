import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Whole programs and browsers: one at a time, so that they have the machine to themselves. */
export default defineConfig({
  root: resolve(import.meta.dirname, '..', '..'),
  test: {
    include: ['test/e2e/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
})
