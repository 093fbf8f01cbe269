import Dispatch
import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import Logging

/// Carries out sends: composes the payload, hands it to the transport, reads the reply by the region's rule.
final class Dispatcher: Sendable {
    private let federation: Federation
    private let composer: PayloadComposer
    private let transport: any PartnerTransport
    private let files: FileExchange
    private let crypto: any EvidenceCrypto
    private let clock: any GatewayClock
    private let logger: Logger
    /// Composing is work for the processor; it must not hold up the engine's queue or the transport's thread.
    private let queue = DispatchQueue(label: "kuayu.dispatch", attributes: .concurrent)

    init(
        federation: Federation, store: any CaseStore, cache: CaseCache, transport: any PartnerTransport,
        files: FileExchange, crypto: any EvidenceCrypto, clock: any GatewayClock, logger: Logger
    ) {
        self.federation = federation
        composer = PayloadComposer(
            federation: federation, store: store, cache: cache, crypto: crypto, clock: clock)
        self.transport = transport
        self.files = files
        self.crypto = crypto
        self.clock = clock
        self.logger = logger
    }

    /// Starts a send; `reply` is called once, later, from any thread.
    func start(_ order: SendOrder, reply: @escaping @Sendable (SendReply) -> Void) {
        queue.async { self.carryOut(order, reply: reply) }
    }

    private func carryOut(_ order: SendOrder, reply: @escaping @Sendable (SendReply) -> Void) {
        guard let hub = federation.hubs[order.hub] else {
            reply(all(order.deliveries.map(\.id), order, .routeFault(reason: "no such hub is configured")))
            return
        }
        if order.kind == .query, case .https(let link) = hub.link, let path = link.statusPath {
            ask(order, hub: hub, link: link, path: path, reply: reply)
            return
        }
        do {
            let composed = try composer.compose(order)
            let refused = composed.refused.map {
                (delivery: $0.delivery, outcome: AttemptOutcome.rejected(reason: $0.reason))
            }
            if composed.items.isEmpty {
                reply(SendReply(send: order.id, results: refused, notes: composed.notes))
                return
            }
            let finish: @Sendable ([(delivery: DeliveryID, outcome: AttemptOutcome)]) -> Void = { results in
                reply(SendReply(send: order.id, results: refused + results, notes: composed.notes))
            }
            switch hub.link {
            case .https(let link): push(composed, hub: hub, link: link, finish: finish)
            case .files(let link): files.deliver(composed, hub: hub, link: link, finish: finish)
            }
        } catch {
            logger.error("a payload could not be composed", metadata: ["reason": "\(error)"])
            reply(all(order.deliveries.map(\.id), order, .notSent(reason: "the payload could not be composed")))
        }
    }

    private func all(_ ids: [DeliveryID], _ order: SendOrder, _ outcome: AttemptOutcome) -> SendReply {
        SendReply(send: order.id, results: ids.map { ($0, outcome) })
    }

    // MARK: HTTPS

    private func push(
        _ composed: PayloadComposer.Composed, hub: FederatedHub, link: HTTPSLink,
        finish: @escaping @Sendable ([(delivery: DeliveryID, outcome: AttemptOutcome)]) -> Void
    ) {
        guard let headers = try? headers(composed, hub: hub, link: link) else {
            finish(composed.items.map { ($0.delivery.id, .rejected(reason: "the header lines cannot be written")) })
            return
        }
        let request = PartnerRequest(
            method: "POST", url: link.base + link.pushPath, headers: headers, body: composed.bytes, tls: link.tls,
            limits: link.limits)
        let items = composed.items
        let rule = hub.profile.reply
        transport.exchange(request) { outcome in
            finish(ReplyReader.results(of: outcome, items: items, rule: rule))
        }
    }

    private func headers(
        _ composed: PayloadComposer.Composed, hub: FederatedHub, link: HTTPSLink
    ) throws(StructuredFieldError) -> [(name: String, value: String)] {
        let ids = composed.items.map(\.delivery.messageID)
        var lines: [(name: String, value: String)] = [
            ("Content-Type", hub.profile.contentType),
            ("Idempotency-Key", ids.count == 1 ? ids[0] : ids[0] + "+\(ids.count - 1)"),
            (MessageIDHeader.name, try MessageIDHeader.write(ids)),
            (CaseHeader.name, try CaseHeader.write(composed.items.map(\.entry))),
            (ContentDigestHeader.name, ContentDigestHeader.write(ContentDigest(crypto.sha256(composed.bytes)))),
        ]
        if let withheld = try WithheldHeader.write(composed.items.map(\.withheld)) {
            lines.append((WithheldHeader.name, withheld))
        }
        if let signature = link.signature {
            lines += SignedHeaders.write(signature, at: clock.now, crypto: crypto)
        }
        return lines
    }

    /// A receiver that is asked says in `Kuayu-Case` which version it learnt last.
    private static func answer(
        _ headers: [(name: String, value: String)], to delivery: DeliveryRow
    ) -> AttemptOutcome {
        let line = headers.first { $0.name.lowercased() == CaseHeader.name.lowercased() }?.value
        guard let line, let known = try? CaseHeader.parse(line).first, known.caseID == delivery.caseID else {
            return .garbage(excerpt: "asked, the answer has no \(CaseHeader.name)")
        }
        // A greater version was learnt from a receipt of its own and proves nothing about this one.
        return known.version == delivery.version ? .delivered : .absent
    }

    /// Asks a receiver whether it has an event, after an attempt whose outcome is unknown.
    private func ask(
        _ order: SendOrder, hub: FederatedHub, link: HTTPSLink, path: String,
        reply: @escaping @Sendable (SendReply) -> Void
    ) {
        guard let delivery = order.deliveries.first else { return }
        let url = link.base + path.replacing("{id}", with: delivery.caseID.text)
        let request = PartnerRequest(method: "GET", url: url, tls: link.tls, limits: link.limits)
        transport.exchange(request) { outcome in
            let result: AttemptOutcome
            switch outcome {
            case .answered(let status, let headers, _) where (200..<300).contains(status):
                result = Self.answer(headers, to: delivery)
            case .answered(404, _, _): result = .absent
            case .answered(let status, _, _): result = .busy(reason: "asked, HTTP \(status)", retryAfter: nil)
            case .notSent(let reason), .possiblySent(let reason), .unreadable(let reason):
                result = .notSent(reason: reason)
            case .wrongIdentity(let reason): result = .routeFault(reason: reason)
            }
            reply(SendReply(send: order.id, results: [(delivery.id, result)]))
        }
    }
}
