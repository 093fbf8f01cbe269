import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuGateway
import KuayuModel

// POST /v1/messages: a payload in the hub's own format, answered in its own envelope.
extension GatewayAPI {
    func take(_ request: InboundRequest) async -> OutboundResponse {
        guard let hub = hub(request.head) else { return .problem(.notFound) }
        let speaker = AnswerWriter(hub: hub, wantsJSON: wantsJSON(request))
        let key = request.header("Idempotency-Key").map(unquoted)
        if let refusal = checkDigest(request) ?? checkSignature(request, hub, key: key) {
            return speaker.problem(refusal)
        }
        guard key.map(isKey) ?? true else { return speaker.problem(Self.badKey) }
        let answer = await gateway.take(IntakePayload(sender: hub.region, bytes: request.body, key: key))
        switch answer {
        case .unreadable(let issues):
            return speaker.problem(
                ProblemDocument(
                    kind: "unreadable", title: "The payload cannot be read; nothing was stored", status: 422,
                    origin: .adapter, issues: issues))
        case .cases(let cases, let count):
            return speaker.answer(cases, count: count)
        }
    }

    private func wantsJSON(_ request: InboundRequest) -> Bool {
        request.header("Accept").map { $0.contains("application/json") || $0.contains("application/problem+json") }
            ?? false
    }

    /// RFC 8941 strings are accepted as well as bare text.
    private func unquoted(_ text: String) -> String {
        text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
    }

    /// 1 to 200 visible ASCII characters.
    private func isKey(_ key: String) -> Bool {
        (1...200).contains(key.utf8.count) && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static let badKey = ProblemDocument(
        kind: "idempotency-key", title: "The Idempotency-Key cannot be used", status: 400,
        detail: "1 to 200 visible ASCII characters, chosen by the sender, never reused for another body.")

    private func checkDigest(_ request: InboundRequest) -> ProblemDocument? {
        guard let line = request.header(ContentDigestHeader.name) else { return nil }
        do {
            guard let digest = try ContentDigestHeader.parse(line) else { return nil }
            if digest.bytes == gateway.crypto.sha256(request.body) { return nil }
            return ProblemDocument(
                kind: "digest-mismatch", title: "The body is not the one that was digested", status: 422,
                detail: "Content-Digest (RFC 9530) does not match the body that arrived; send it again.",
                isRetryable: true)
        } catch {
            return ProblemDocument(
                kind: "content-digest", title: "Content-Digest cannot be read", status: 400,
                detail: "Write sha-256=:<base64>: (RFC 9530) or leave the field out.")
        }
    }

    private func checkSignature(
        _ request: InboundRequest, _ hub: FederatedHub, key: String?
    ) -> ProblemDocument? {
        guard case .https(let link) = hub.link, let signature = link.signature else { return nil }
        let now = gateway.clock.now
        do throws(SignedHeaders.Refusal) {
            try SignedHeaders.check(
                { request.header($0) }, secret: signature.secret, tolerance: signature.tolerance, now: now,
                crypto: gateway.crypto)
        } catch {
            return Self.badSignature(detail(error), isRetryable: false)
        }
        let message = SignatureMemory.Message(key: key, bodyDigest: gateway.crypto.sha256(request.body))
        let sign = request.header(SignedHeaders.names.sign) ?? ""
        if signatures.allows(sign, for: message, at: now) { return nil }
        return Self.badSignature(
            "\(SignedHeaders.names.sign) was used for another message; sign this one with a "
                + "\(SignedHeaders.names.time) of its own.",
            isRetryable: true)
    }

    private static func badSignature(_ detail: String, isRetryable: Bool) -> ProblemDocument {
        ProblemDocument(
            kind: "header-signature", title: "The signed headers are refused", status: 401, detail: detail,
            isRetryable: isRetryable)
    }

    private func detail(_ refusal: SignedHeaders.Refusal) -> String {
        switch refusal {
        case .missing(let name):
            "\(name) is missing; \(SignedHeaders.names.sign) is Base64(HMAC-SHA256(secret, sid + rid + rtime))."
        case .unreadableTime: "\(SignedHeaders.names.time) is not a number of milliseconds since 1970."
        case .stale(let milliseconds):
            "\(SignedHeaders.names.time) differs from our clock by \(milliseconds) ms; 5 minutes are allowed."
        case .wrongSignature:
            "\(SignedHeaders.names.sign) does not match; check the secret and the order sid + rid + rtime."
        }
    }
}

/// Answers in the hub's own envelope, or in JSON for those who ask for it.
struct AnswerWriter {
    let hub: FederatedHub
    let wantsJSON: Bool

    func problem(_ problem: ProblemDocument) -> OutboundResponse {
        if wantsJSON { return .problem(problem) }
        var response = OutboundResponse.problem(problem)
        response.contentType = hub.profile.reply.templates.contentType
        response.body = hub.profile.reply.render(
            problem.isRetryable ? .failed : .refused, message: summary(problem))
        return response
    }

    private func summary(_ problem: ProblemDocument) -> String {
        if problem.issues.isEmpty { return problem.detail ?? problem.title }
        return problem.issues.map(Self.line).joined(separator: "; ")
    }

    /// One issue on one line: `line:column path code: message`.
    private static func line(_ issue: Issue) -> String {
        let place = issue.position.map { "\($0.line):\($0.column) " } ?? ""
        return "\(place)\(issue.path) \(issue.code): \(issue.message)"
    }

    func answer(_ cases: [CaseAnswer], count: PayloadCount) -> OutboundResponse {
        if let failure = cases.first(where: { Self.isUnavailable($0.answer) }) { return unavailable(failure) }
        if !cases.isEmpty && cases.allSatisfy({ $0.answer == .conflict }) { return conflict(cases) }
        let isNew = cases.contains { if case .recorded = $0.answer { true } else { false } }
        let refused = cases.filter { $0.outcome == .refused || $0.answer == .conflict }
        let receipts = cases.compactMap(\.receipt)
        let line = ReceiptHeader.write(receipts)
        var response = OutboundResponse(
            status: isNew || cases.isEmpty ? 202 : 200, contentType: hub.profile.reply.templates.contentType,
            headers: receipts.isEmpty ? [] : [Self.receiptHeader(line, count: receipts.count)])
        if wantsJSON {
            response.contentType = "application/json"
            response.body = json(cases, count: count)
        } else {
            let conflicts = refused.filter { $0.answer == .conflict }.map { "\($0.messageID) message.conflict" }
            let message = (conflicts + refused.flatMap(\.issues).map(Self.line)).joined(separator: "; ")
            let isAllRefused = !cases.isEmpty && refused.count == cases.count
            response.body = hub.profile.reply.render(
                isAllRefused ? .refused : .accepted, message: message, count: cases.count - refused.count)
        }
        return response
    }

    /// Receipts stand in the header while it stays readable for common servers; beyond that the header says how many there
    /// are, and each is at `/v1/receipts/{id}`.
    private static func receiptHeader(_ line: String, count: Int) -> (name: String, value: String) {
        line.utf8.count <= 8192 ? (ReceiptHeader.name, line) : ("Kuayu-Receipt-Count", String(count))
    }

    private func json(_ cases: [CaseAnswer], count: PayloadCount) -> [UInt8] {
        var writer = JSONObjectWriter()
        if count.isWrong {
            writer.member("countMismatch", true)
            writer.member("claimed", count.claimed ?? 0)
            writer.member("arrived", count.arrived)
        }
        writer.member("cases", cases.map(Self.json))
        return writer.finish()
    }

    private static func json(_ item: CaseAnswer) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.member("message", item.messageID)
        writer.member("outcome", outcome(item.answer))
        if let head = item.head {
            writer.member("case", head.caseID.text)
            writer.member("version", head.version)
            writer.member("status", head.status.rawValue)
        }
        if let receipt = item.receipt { writer.member("receipt", receipt) }
        if !item.issues.isEmpty { writer.member("issues", item.issues.map(ProblemDocument.json)) }
        return writer.finish()
    }

    private static func outcome(_ answer: Answer) -> String {
        switch answer {
        case .recorded(let registration): registration.outcome.rawValue
        case .duplicate: "duplicate"
        case .conflict: "conflict"
        case .unavailable: "unavailable"
        case .done, .notApplicable: "none"
        }
    }

    private static func isUnavailable(_ answer: Answer) -> Bool {
        if case .unavailable = answer { true } else { false }
    }

    private func unavailable(_ item: CaseAnswer) -> OutboundResponse {
        let reason: String? = if case .unavailable(let reason) = item.answer { reason } else { nil }
        return problem(
            ProblemDocument(
                kind: "unavailable", title: "Not taken now; send it again under the same key", status: 503,
                detail: reason, isRetryable: true, retryAfterSeconds: 5))
    }

    private func conflict(_ cases: [CaseAnswer]) -> OutboundResponse {
        let ids = cases.filter { $0.answer == .conflict }.map(\.messageID).joined(separator: ", ")
        return problem(
            ProblemDocument(
                kind: "message-conflict", title: "The message id is taken by another body", status: 422,
                detail:
                    "\(ids): a message id stands for one body for ever; send other content under a new Idempotency-Key."
            ))
    }
}
