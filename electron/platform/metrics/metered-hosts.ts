import type { BrokerHost } from '../broker/broker.ts'
import type { DownloadHost } from '../download/download-claim.ts'
import type { Counts } from './counts.ts'

/** Counts log-ins, connections and messages on their way into the platform. */
export const meteredBrokerHost = (host: BrokerHost, counts: Counts): BrokerHost => ({
  ...host,
  async login(...claim) {
    try {
      const result = await host.login(...claim)
      counts.logins.add(result.ok ? 'accepted' : result.refused)
      return result
    } catch (error) {
      counts.logins.add('error')
      throw error
    }
  },
  async received(device, topic, payload, qos) {
    counts.messages.add(String(qos ?? 0))
    const since = performance.now()
    await host.received(device, topic, payload, qos)
    if (qos === 1) counts.acknowledgements.add((performance.now() - since) / 1000)
  },
  connected(device, session) {
    counts.connections += 1
    host.connected(device, session)
  },
  disconnected(device) {
    counts.disconnections += 1
    host.disconnected(device)
  },
})

/** Counts bytes of every transport. */
export const meteredSent = <Host extends DownloadHost>(host: Host, counts: Counts): Host => ({
  ...host,
  sent(jobId, bytes) {
    counts.downloadBytes += bytes
    host.sent?.(jobId, bytes)
  },
})

/** Counts the requests of a host that serves HTTP: it is told when a file begins and how each request ended. */
export const meteredDownloads = (host: DownloadHost, counts: Counts): DownloadHost => ({
  ...host,
  fetching(jobId) {
    counts.downloadsBegun += 1
    host.fetching(jobId)
  },
  served(jobId, served) {
    const { status, complete, request } = served
    if (status < 300 && !request.startsWith('HEAD ')) counts.downloadsEnded += 1
    counts.downloads.add(status >= 400 ? 'refused' : status === 304 ? 'unchanged' : complete ? 'complete' : 'broken')
    host.served?.(jobId, served)
  },
})
