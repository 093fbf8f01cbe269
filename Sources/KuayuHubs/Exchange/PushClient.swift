import KuayuCrypto
import KuayuCurl
import KuayuEvidence
import KuayuGateway
import KuayuModel
import Synchronization

/// Pushes a hub's messages to the gateway, each under one key until it is answered.
struct PushClient {
    let node: HubNode

    func run() async throws {
        while true {
            guard let message = node.withBook({ $0.takeOutgoing(1).first }) else {
                try await Task.sleep(for: .milliseconds(20))
                continue
            }
            if await !push(message) {
                node.withBook { $0.putBack([message]) }
                try await Task.sleep(for: .milliseconds(300))
            }
        }
    }

    /// One attempt; true when the gateway has answered what became of the message.
    private func push(_ message: HubBook.Outgoing) async -> Bool {
        let body = node.format.payload([message.document], key: message.key, now: node.clock.now)
        let request = PartnerRequest(
            method: "POST", url: node.settings.gateway + "/v1/messages", headers: headers(message), body: body,
            tls: node.tls)
        node.withBook { $0.counters.sent += 1 }
        let outcome = await node.transport.exchange(request)
        if node.behaviour == .duplicate { _ = await node.transport.exchange(request) }
        guard case .answered(let status, let headers, _) = outcome else { return false }
        switch status {
        case 200, 202:
            guard let (receipt, text) = receipt(headers) else { return false }
            learn(receipt.registration, message, isRefused: receipt.outcome == .refused, receipt: text)
            return true
        case 400, 422:
            // The gateway will never take these bytes.
            learn(nil, message, isRefused: true)
            return true
        default: return false
        }
    }

    private func learn(
        _ registration: CaseRegistration?, _ message: HubBook.Outgoing, isRefused: Bool, receipt: String? = nil
    ) {
        let now = node.clock.now
        node.withBook {
            $0.learn(registration, number: message.number, isRefused: isRefused, receipt: receipt, now: now)
        }
    }

    private func headers(_ message: HubBook.Outgoing) -> [(name: String, value: String)] {
        var lines: [(name: String, value: String)] = [
            ("Content-Type", node.format.contentType), ("Idempotency-Key", message.key),
        ]
        if node.settings.region == .zhejiang {
            lines += SignedHeaders.write(node.signature, at: node.clock.now, crypto: LibCrypto())
        }
        return lines
    }

    private func receipt(_ headers: [(name: String, value: String)]) -> (Receipt, text: String)? {
        guard let line = headers.first(where: { $0.name.lowercased() == ReceiptHeader.name.lowercased() })?.value,
            let first = try? ReceiptHeader.parse(line).first,
            let receipt = try? ReceiptJWS.verify(first, with: node.receiptVerifier)
        else { return nil }
        return (receipt, first)
    }
}
