import KuayuEvidence
import KuayuAdapters
import KuayuEngine
import KuayuModel
import KuayuRules

/// Reads payloads and hands their cases to the engine.
struct Intake: Sendable {
    let federation: Federation
    let runner: EngineRunner
    let crypto: any EvidenceCrypto
    /// Where licences are looked up; nil where none is configured.
    let licences: (any LicenceLibrary)?

    /// Takes a payload of a hub whose identity is proven.
    ///
    /// Returns once everything it says is durable.
    func take(_ payload: IntakePayload) async -> IntakeAnswer {
        guard let hub = federation.hubs[payload.sender] else {
            return .unreadable([RoutingIssue.issue(for: .unknownHub(payload.sender))])
        }
        let reading = hub.adapter.read(payload.bytes)
        if !reading.envelopeIssues.isEmpty { return .unreadable(reading.envelopeIssues) }
        var incoming = cases(of: reading, payload)
        if let licences { await lookUp(in: &incoming, licences) }
        let count = PayloadCount(claimed: reading.claimedCount, arrived: reading.cases.count)
        guard !incoming.isEmpty else { return .cases([], count: count) }
        let answers = await withCheckedContinuation { continuation in
            runner.submit(.payload(incoming) { continuation.resume(returning: $0) })
        }
        return .cases(answers, count: count)
    }

    /// Licences asked for at the same time.
    private static let askedAtOnce = 16

    /// Asks for every licence that stands in for a material, some at a time; a library that could not be asked for one is
    /// asked for no more of this payload, which would wait in vain.
    private func lookUp(in incoming: inout [IncomingCase], _ library: any LicenceLibrary) async {
        let wanted = Set(incoming.compactMap(\.reading.record).flatMap { ExemptMaterials.licences(of: $0) })
        if wanted.isEmpty { return }
        let answers = await withTaskGroup(of: (String, LicenceAnswer).self) { group in
            var rest = Array(wanted)[...]
            var answers = [String: LicenceAnswer](
                uniqueKeysWithValues: rest.map { ($0, .unavailable(reason: "it was not asked")) })
            for id in rest.prefix(Self.askedAtOnce) { group.addTask { (id, await library.answer(licence: id)) } }
            rest = rest.dropFirst(Self.askedAtOnce)
            while let (id, answer) = await group.next() {
                answers[id] = answer
                if case .unavailable = answer { rest = [] }
                if let next = rest.popFirst() { group.addTask { (next, await library.answer(licence: next)) } }
            }
            return answers
        }
        let check = ExemptMaterials(answers: answers, provider: library.name)
        for index in incoming.indices { incoming[index].exempt = check }
    }

    private func cases(of reading: PayloadReading, _ payload: IntakePayload) -> [IncomingCase] {
        let tickets = runner.tickets(reading.cases.count)
        // Of a case that stands in the payload more than once the last counts.
        return reading.cases.enumerated().filter { !$1.isSuperseded }.map { index, item in
            let digest = crypto.sha256(item.bytes)
            // A payload that is one message is kept and confirmed as it came, with its envelope.
            let isWhole = reading.cases.count == 1 && payload.key != nil
            return IncomingCase(
                ticket: tickets[index], sender: payload.sender,
                messageID: messageID(index, item, digest, reading, payload),
                bytes: isWhole ? payload.bytes : item.bytes,
                bodyDigest: isWhole ? crypto.sha256(payload.bytes) : digest, reading: item)
        }
    }

    /// The sender's key with the case's place in the payload; for pulled and filed payloads what the case says itself.
    private func messageID(
        _ index: Int, _ item: CaseReading, _ digest: [UInt8], _ reading: PayloadReading, _ payload: IntakePayload
    ) -> String {
        guard let key = payload.key ?? reading.key else {
            let number = item.ownNumber?.value ?? "-"
            let version = item.dataVersion ?? "-"
            return "\(payload.sender.text)/\(number)/\(version)/\(HexText.encode(Array(digest.prefix(16))))"
        }
        if reading.cases.count == 1 { return key }
        let place = String(index + 1)
        return key + "/" + String(repeating: "0", count: max(0, 4 - place.count)) + place
    }
}
