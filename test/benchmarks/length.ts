/**
 * Whether benchmarks only show that they still run: `npm run bench -- --short`, as CI does. Their figures mean nothing then.
 */
export const isShort = process.env.OTA_BENCH_SHORT === '1'
