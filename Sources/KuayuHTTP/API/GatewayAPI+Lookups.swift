import KuayuEngine
import KuayuEvidence
import KuayuGateway
import KuayuModel

// Look-ups: how a hub resolves an unknown outcome, and what became of what it sent.
extension GatewayAPI {
    /// State of a message of the asking hub, with the deliveries of its event.
    func message(_ id: String, _ request: InboundRequest) -> OutboundResponse {
        answer(request) { hub in
            guard let message = try gateway.store.read({ try $0.message(sender: hub.region, id: id) }) else {
                return nil
            }
            return .json(try json(message))
        }
    }

    /// The receipt of a message of the asking hub, byte for byte as it was given.
    func receipt(_ id: String, _ request: InboundRequest) -> OutboundResponse {
        answer(request) { hub in
            guard let message = try gateway.store.read({ try $0.message(sender: hub.region, id: id) }) else {
                return nil
            }
            return OutboundResponse(status: 200, contentType: "application/jose", body: message.receipt)
        }
    }

    /// The case and its history, to hubs that take part in it.
    func caseRecord(_ text: String, _ request: InboundRequest) -> OutboundResponse {
        answer(request) { hub in
            let found = try gateway.store.read { reader -> [EventRecord] in
                let number = LocalNumber(region: hub.region, value: text)
                guard let id = try CaseID(text) ?? reader.caseID(number: number) else { return [] }
                return try reader.events(id)
            }
            guard let last = found.last, try CaseAccess.takesPart(hub, in: last, of: gateway.federation) else {
                return nil
            }
            let released = try CaseAccess.released(last, to: hub, in: gateway.federation)
            var writer = JSONObjectWriter()
            writer.member("case", raw: released.document)
            writer.member("events", found.map(json))
            var response = OutboundResponse.json(writer.finish())
            if let withheld = try WithheldHeader.write([released.withheld]) {
                response.headers.append((WithheldHeader.name, withheld))
            }
            return response
        }
    }

    /// What is not there, and what the asking hub has no part in, look the same.
    private func answer(
        _ request: InboundRequest, _ body: (FederatedHub) throws -> OutboundResponse?
    ) -> OutboundResponse {
        guard let hub = hub(request.head) else { return .problem(.notFound) }
        do {
            return try body(hub) ?? .problem(.notFound)
        } catch {
            return .problem(
                ProblemDocument(
                    kind: "unavailable", title: "The store cannot be read now", status: 503, isRetryable: true,
                    retryAfterSeconds: 5))
        }
    }

    private func json(_ message: MessageRecord) throws -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.member("message", message.id)
        writer.member("sender", message.sender.text)
        writer.member("outcome", message.outcome.rawValue)
        writer.member("receivedAt", message.receivedAt.canonical)
        if let id = message.caseID, let version = message.version {
            writer.member("case", id.text)
            writer.member("version", version)
            let deliveries = try gateway.store.read { reader in
                // The transfer that follows a registration is a consequence of the same message.
                let next = try reader.event(id, version: version + 1)
                let last = next?.kind == .transferred ? version + 1 : version
                return try reader.deliveries(caseID: id).filter { (version...last).contains($0.version) }
            }
            writer.member("deliveries", deliveries.map(json))
        }
        writer.member("receipt", String(decoding: message.receipt, as: UTF8.self))
        return writer.finish()
    }

    private func json(_ delivery: DeliveryRow) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.member("delivery", Int(delivery.id.value))
        writer.member("hub", delivery.hub.text)
        writer.member("message", delivery.messageID)
        writer.member("state", delivery.state.rawValue)
        writer.member("attempts", delivery.attemptCount)
        if let reason = delivery.reason { writer.member("reason", reason) }
        return writer.finish()
    }

    private func json(_ event: EventRecord) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.member("version", event.head.version)
        writer.member("kind", event.kind.rawValue)
        writer.member("status", event.head.status.rawValue)
        writer.member("at", event.at.canonical)
        if let author = event.author { writer.member("author", author.text) }
        return writer.finish()
    }
}
