/** The client of `pg` alone: the package's entry also makes pools, which nobody here uses and which do not survive bundling. */
declare module 'pg/lib/client.js' {
  import { Client } from 'pg'
  // biome-ignore lint/style/noDefaultExport: the package's own form
  export default Client
}
