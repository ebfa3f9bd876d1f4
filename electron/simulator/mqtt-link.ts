import { createBlockRequests } from './block-source.ts'
import type { DeviceLink, OpenLink, Report } from './device-link.ts'
import { UpgradeFailed } from './faults.ts'
import { httpSource } from './http-source.ts'
import { openConnection } from './mqtt-connection.ts'
import { urlOf } from './notice.ts'
import type { MqttProtocol, UplinkMessage } from './protocols/mqtt-protocol.ts'

/** How devices of an MQTT protocol reach their platform: one connection for notices and reports. */
export const mqttLink =
  (protocol: MqttProtocol): OpenLink =>
  async (options, events, signal) => {
    const { platform, credentials, module, agents, nextId } = options
    const { name } = module
    const { questions, blocks } = protocol
    const noticeTopic = protocol.noticeTopic(credentials)
    const answerTopic = options.queries ? questions?.replyTopic(credentials) : undefined
    const blockTopic = blocks?.replyTopic(credentials)
    const blockRequests = createBlockRequests(nextId, options.timers)

    const arrived = (topic: string, payload: Uint8Array): void => {
      if (topic === noticeTopic) events.told(protocol.readNotice(payload))
      else if (topic === answerTopic && questions) {
        const reading = questions.readAnswer(payload)
        if (reading !== 'nothing') events.told(reading)
      } else if (topic === blockTopic && blocks) blockRequests.arrived(blocks.readBlock(payload))
    }

    const connection = await openConnection(
      {
        url: platform.mqttUrl,
        ca: platform.ca,
        login: protocol.login(credentials, options.loginForm),
        topics: answerTopic === undefined ? [noticeTopic] : [noticeTopic, answerTopic],
        reconnectMs: options.reconnectMs,
        gate: options.gate,
      },
      { ...events, message: arrived },
      signal,
    )

    const messageOf = (report: Report): UplinkMessage | undefined => {
      switch (report.kind) {
        case 'version':
          return protocol.versionReport(credentials, nextId(), name, report.version)
        case 'acknowledged':
          return report.notice.pushed ? protocol.acknowledgement?.(credentials, report.notice.id) : undefined
        case 'progress':
          return protocol.progress(credentials, nextId(), name, report.percent)
        case 'downloaded':
          return protocol.downloaded?.(credentials, nextId())
        case 'burning':
          return protocol.burning?.(credentials, nextId())
        case 'installed':
          return protocol.progress(credentials, nextId(), name, 100)
        // The version report tells the platform.
        case 'running':
          return undefined
        case 'failure':
          return protocol.failure(credentials, nextId(), name, report.failure, report.text)
      }
    }

    const link: DeviceLink = {
      get connected() {
        return connection.connected
      },
      say: async (report) => {
        const message = messageOf(report)
        if (message) await connection.publish(message)
      },
      query: async () => {
        // A query that waits for the reconnect is answered by the notice that comes with it.
        if (questions && connection.connected) await connection.publish(questions.question(credentials, nextId(), name))
      },
      begin: async () => undefined,
      source: (wanted) => {
        const { from } = wanted()
        if (from.kind === 'url') return httpSource({ url: () => urlOf(wanted()), agents })
        if (!blocks) throw new UpgradeFailed('download', 'no downloads over MQTT')
        return blockRequests.source(async (messageId, offset) => {
          // Subscribes before the query: an answer without a subscriber is lost.
          await connection.listen(blocks.replyTopic(credentials))
          await connection.publish(blocks.request(credentials, messageId, from, offset))
        })
      },
      cut: () => connection.cut(),
      close: () => connection.close(),
    }
    return link
  }
