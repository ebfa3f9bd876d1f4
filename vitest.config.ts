import { defineConfig } from 'vitest/config'

/** Overwrites the board at TEST_PORT: only where one is named (test/flashing/README.md). */
const needsBoard = process.env.TEST_PORT ? [] : ['test/flashing/conformance/real-port.test.ts']

export default defineConfig({
  test: {
    include: ['{electron,shared,renderer,test}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'dist/**', 'test/e2e/**', ...needsBoard],
    environment: 'node',
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
