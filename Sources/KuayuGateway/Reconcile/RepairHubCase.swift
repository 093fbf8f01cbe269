import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import KuayuReconcile

/// A case as a hub has it: its document, what it was told last, and the receipt it shows.
struct HubCase: Sendable {
    /// The hub's document as it came.
    var bytes: [UInt8]
    /// The one case in it; nil when it cannot be read or holds several.
    var reading: CaseReading?
    /// What the hub says that it was told last; nil when it says nothing that can be read.
    var registration: CaseRegistration?
    /// The receipt it shows, as it came.
    var receiptText: String?
    /// The same, its signature proven.
    var receipt: Receipt?
    /// What the receipt is worth.
    var standing: CaseFacts.ReceiptStanding

    /// Whether the document speaks of a case: by its id, or by the hub's own number of it.
    func speaks(of id: CaseID, at hub: RegionCode, in reader: any CaseReader) throws -> Bool {
        guard let reading else { return false }
        if let federationID = reading.federationID { return federationID == id.text }
        guard let number = reading.ownNumber else { return false }
        return try reader.caseID(number: LocalNumber(region: hub, value: number.value)) == id
    }
}

/// Asks a hub for one case.
struct HubCaseClient: Sendable {
    /// What a hub answers.
    enum Answer: Sendable {
        /// It has the case.
        case found(HubCase)
        /// It has no such case.
        case absent
        /// It could not be asked now; why.
        case unavailable(String)
        /// It cannot be asked: it exchanges files, or does not serve this.
        case notServed
    }

    let hub: FederatedHub
    let transport: any PartnerTransport
    /// Keys whose receipts are believed; nil when none are at hand, then no receipt is valid.
    let verifier: (any ReceiptVerifier)?

    /// Asks; never throws.
    func read(_ caseID: String) async -> Answer {
        guard case .https(let link) = hub.link, let path = link.statusPath else { return .notServed }
        // An id that somebody invented must not make another path.
        guard CaseID(caseID) != nil else { return .absent }
        var limits = link.limits
        limits.replyBytes = hub.profile.limits.bytes
        let request = PartnerRequest(
            method: "GET", url: link.base + path.replacing("{id}", with: caseID), tls: link.tls, limits: limits)
        let outcome = await withCheckedContinuation { continuation in
            transport.exchange(request) { continuation.resume(returning: $0) }
        }
        switch outcome {
        case .answered(let status, let headers, let body) where (200..<300).contains(status):
            return .found(hubCase(caseID, headers, body))
        case .answered(404, _, _): return .absent
        case .answered(let status, _, _): return .unavailable("asked for the case, HTTP \(status)")
        case .notSent(let reason), .possiblySent(let reason), .unreadable(let reason), .wrongIdentity(let reason):
            return .unavailable("asked for the case: \(reason)")
        }
    }

    private func hubCase(
        _ caseID: String, _ headers: [(name: String, value: String)], _ body: [UInt8]
    ) -> HubCase {
        let line = header(CaseHeader.name, headers)
        let registration = line.flatMap { try? CaseHeader.parse($0) }?.first { $0.caseID.text == caseID }
        let payload = hub.adapter.read(body)
        let isOne = payload.envelopeIssues.isEmpty && payload.cases.count == 1
        let text = header(ReceiptHeader.name, headers).flatMap { try? ReceiptHeader.parse($0) }?.last
        let (receipt, standing) = judge(text, of: caseID)
        return HubCase(
            bytes: body, reading: isOne ? payload.cases.first : nil, registration: registration, receiptText: text,
            receipt: receipt, standing: standing)
    }

    private func header(_ name: String, _ headers: [(name: String, value: String)]) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// A receipt proves what it says only when we signed it, for this hub, about this case.
    private func judge(_ text: String?, of caseID: String) -> (Receipt?, CaseFacts.ReceiptStanding) {
        guard let text, let verifier else { return (nil, .none) }
        do throws(ReceiptError) {
            let receipt = try Self.verify(text, verifier)
            if receipt.registration?.caseID.text != caseID { return (nil, .invalid("it speaks of another case")) }
            if receipt.sender != hub.region { return (nil, .invalid("it was given to another hub")) }
            if receipt.outcome == .refused { return (nil, .invalid("it refuses")) }
            return (receipt, .valid)
        } catch {
            return (nil, .invalid(Self.words(error)))
        }
    }

    private static func verify(_ text: String, _ verifier: some ReceiptVerifier) throws(ReceiptError) -> Receipt {
        try ReceiptJWS.verify(text, with: verifier)
    }

    private static func words(_ error: ReceiptError) -> String {
        switch error {
        case .badSignature: "its signature fails"
        case .unknownKey: "it is signed with a key that is not ours"
        default: "it cannot be read"
        }
    }
}
