import KuayuCrypto
import KuayuEvidence
import KuayuFormats
import KuayuGateway
import KuayuHTTP
import KuayuModel
import Synchronization

/// The interface that a hub offers the gateway: its intake, and for Shanghai the window and the receipts.
struct HubAPI {
    let node: HubNode

    var table: RouteTable {
        var table = RouteTable(gate: GatewayGate.refuse)
        switch node.settings.region {
        case .shanghai:
            table.on("POST", "/cases") { request, _ in await intake(request) }
            table.on("GET", "/cases") { request, _ in window(request) }
            table.on("POST", "/receipts") { request, _ in receipts(request) }
        case .jiangsu:
            table.on("POST", "/intake/messages") { request, _ in await intake(request) }
        default:
            table.on("POST", "/gateway/cases") { request, _ in await intake(request) }
        }
        table.on("GET", "/licences/{id}") { _, parameters in node.licences.answer(parameters["id"]) }
        node.recon.add(to: &table)
        table.on("GET", "/recon/v1/cases/{id}") { _, parameters in status(parameters["id"]) }
        return table
    }

    /// A case as the hub holds it, by federation id or own number, with what it was told last.
    private func status(_ id: String) -> OutboundResponse {
        let now = node.clock.now
        let entry = node.withBook { $0.show(id, now: now) }
        guard let entry, let registration = entry.registration, let header = try? CaseHeader.write([registration])
        else {
            return OutboundResponse(status: 404)
        }
        var headers = [(name: CaseHeader.name, value: header)]
        if let receipt = entry.receipt { headers.append((ReceiptHeader.name, receipt)) }
        return OutboundResponse(
            status: 200, contentType: node.format.contentType, headers: headers,
            body: node.format.payload([entry.document], key: entry.number, now: node.clock.now))
    }

    // MARK: intake

    private func intake(_ request: InboundRequest) async -> OutboundResponse {
        switch node.behaviour {
        case .unavailable:
            return OutboundResponse(status: 503, headers: [("Retry-After", "1")])
        case .slow: try? await Task.sleep(for: .seconds(2))
        case .garbage: return OutboundResponse(status: 200, contentType: "text/html", body: Array("<html>".utf8))
        default: break
        }
        if node.settings.region == .zhejiang, let refusal = checkSignature(request) { return refusal }
        let answer = take(request)
        if node.behaviour == .late { try? await Task.sleep(for: .seconds(40)) }
        return answer
    }

    private func checkSignature(_ request: InboundRequest) -> OutboundResponse? {
        do throws(SignedHeaders.Refusal) {
            try SignedHeaders.check(
                { request.header($0) }, secret: node.settings.secret, tolerance: .seconds(300), now: node.clock.now,
                crypto: LibCrypto())
            return nil
        } catch {
            return reply(.refused("signature: \(error)"))
        }
    }

    private func take(_ request: InboundRequest) -> OutboundResponse {
        do {
            let documents = try node.format.parse(request.body)
            let messages = try MessageIDHeader.parse(request.header(MessageIDHeader.name) ?? "")
            let cases = try CaseHeader.parse(request.header(CaseHeader.name) ?? "")
            if let line = request.header(ContentDigestHeader.name), let digest = try ContentDigestHeader.parse(line),
                digest.bytes != SHA256.digest(request.body)
            {
                return reply(.refused("digest"))
            }
            guard node.apply(documents, messages: messages, registrations: cases) else {
                return reply(.refused("the header lines do not fit the payload"))
            }
            return reply(.taken, cases: cases.map(\.caseID.text))
        } catch {
            node.withBook { $0.counters.rejected += 1 }
            return reply(.refused("\(type(of: error))"))
        }
    }

    private func reply(_ outcome: ReplyOutcome, cases: [String] = []) -> OutboundResponse {
        OutboundResponse(
            status: 200, contentType: node.format.contentType, body: node.format.reply(outcome, cases: cases))
    }

    // MARK: Shanghai is pulled from

    private func window(_ request: InboundRequest) -> OutboundResponse {
        guard let format = node.format as? ShanghaiFormat, let pattern = try? DateTimeFormat("yyyy-MM-dd HH:mm"),
            let from = request.head.query("from"), let to = request.head.query("to"),
            let start = pattern.parse(from)?.instant, let end = pattern.parse(to)?.instant
        else { return OutboundResponse.text("from and to are yyyy-MM-dd HH:mm", status: 400) }
        switch node.behaviour {
        case .unavailable: return OutboundResponse(status: 503, headers: [("Retry-After", "1")])
        case .garbage: return OutboundResponse(status: 200, contentType: "text/html", body: Array("<html>".utf8))
        default: break
        }
        let documents = node.withBook { book in
            book.dropOutbox()
            return book.pending(from: start, to: end)
        }
        node.withBook { $0.counters.sent += documents.count }
        let claimed = documents.count + (node.behaviour == .count && !documents.isEmpty ? 1 : 0)
        return OutboundResponse.json(format.envelope(documents, from: from, to: to, claimed: claimed))
    }

    private func receipts(_ request: InboundRequest) -> OutboundResponse {
        guard let tape = try? JSONReader.read(request.body) else { return reply(.refused("unreadable")) }
        let body = LocalTree(tape)
        var receipts: [CaseID: String] = [:]
        for receipt in body["receipts"]?.elements ?? [] {
            // A receipt that does not verify is not believed.
            guard let text = receipt.text, let receipt = try? ReceiptJWS.verify(text, with: node.receiptVerifier)
            else { return reply(.refused("receipt")) }
            if let id = receipt.registration?.caseID { receipts[id] = text }
        }
        let now = node.clock.now
        node.withBook { book in
            for item in body["cases"]?.elements ?? [] { learn(item, receipts, now, &book) }
        }
        return reply(.taken)
    }

    private func learn(_ item: LocalTree, _ receipts: [CaseID: String], _ now: Instant, _ book: inout HubBook) {
        guard let number = item["number"]?.text else { return }
        let registration = CaseRegistration(item)
        book.learn(
            registration, number: number, isRefused: item["outcome"]?.text == "refused",
            receipt: registration.flatMap { receipts[$0.caseID] }, now: now)
    }
}

extension CaseRegistration {
    /// From a member of `cases` in a receipts body.
    init?(_ item: LocalTree) {
        guard let caseID = item["case"]?.text.flatMap({ CaseID($0) }),
            let version = item["version"]?.text.flatMap({ Int($0) }),
            let status = item["status"]?.text.flatMap(CaseState.init(rawValue:)),
            let at = item["at"]?.text.flatMap({ Int($0) }), let nonce = item["nonce"]?.text
        else { return nil }
        self.init(
            caseID: caseID, version: version, status: status, at: at, nonce: nonce,
            contentDigest: item["content"]?.text.flatMap { ContentDigest(text: $0) })
    }
}
