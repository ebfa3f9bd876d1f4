/** Whether the faults are tried at full length (`npm run soak`), or bounded, as in every test run. */
export const isSoak = process.env.OTA_BENCH_SOAK === '1'

/** @param bounded in a test run. @param full in a soak. */
export const times = (bounded: number, full: number): number => (isSoak ? full : bounded)
