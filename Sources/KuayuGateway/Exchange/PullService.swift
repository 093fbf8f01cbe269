import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import Logging
import Synchronization

/// Pulls the cases of a region that is pulled from, and posts registration data back after the commit.
///
/// Windows are to the minute, `from` inclusive, `to` exclusive, and overlap: what is read twice is a set of duplicates.
/// A window starts anew from the last one that was taken completely, so a failed pull loses nothing.
struct PullService: Sendable {
    let hub: FederatedHub
    let link: HTTPSLink
    let plan: PullPlan
    let intake: Intake
    let transport: any PartnerTransport
    let clock: any GatewayClock
    let logger: Logger
    /// Messages whose receipts the hub has.
    let known = ToldMessages()
    /// When the last message came from the hub, before this start.
    let lastReceived: Instant?
    /// How far back the first window after a start reaches.
    let firstReach: Duration

    /// Pulls until cancelled.
    func run() async throws {
        var from = start
        var failures = 0
        while !Task.isCancelled {
            let began = clock.now
            if let fault = await pull(from: from, to: began.adding(milliseconds: 60_000)) {
                failures += 1
                if failures % 5 == 0 { warn(failures, fault) }
            } else {
                from = began.adding(milliseconds: -plan.overlap.milliseconds)
                failures = 0
            }
            try await Task.sleep(for: plan.interval)
        }
    }

    /// A day back, or as far as the last message that came from the hub, so that a long stop loses nothing.
    private var start: Instant {
        let usual = clock.now.adding(milliseconds: -firstReach.milliseconds)
        guard let last = lastReceived else { return usual }
        return min(usual, last.adding(milliseconds: -plan.overlap.milliseconds))
    }

    private func warn(_ failures: Int, _ fault: String) {
        logger.warning(
            "a hub cannot be pulled from",
            metadata: ["region": "\(hub.region.text)", "failures": "\(failures)", "reason": "\(fault)"])
    }

    /// One window; nil when it was read and taken completely, otherwise why not.
    ///
    /// A window too large for one answer is taken in halves.
    private func pull(from: Instant, to: Instant) async -> String? {
        guard let pattern = try? DateTimeFormat("yyyy-MM-dd HH:mm") else { return "times cannot be written" }
        let path = plan.listPath
            .replacing("{from}", with: query(pattern.format(LocalDateTime(from))))
            .replacing("{to}", with: query(pattern.format(LocalDateTime(to))))
        var limits = link.limits
        limits.replyBytes = hub.profile.limits.bytes
        let request = PartnerRequest(method: "GET", url: link.base + path, tls: link.tls, limits: limits)
        let outcome = await exchange(request)
        if case .unreadable = outcome, let middle = middle(from, to) {
            if let fault = await pull(from: from, to: middle) { return fault }
            return await pull(from: middle, to: to)
        }
        guard case .answered(200, _, let body) = outcome else { return reason(outcome) }
        let answer = await intake.take(IntakePayload(sender: hub.region, bytes: body, key: nil))
        switch answer {
        case .unreadable(let issues):
            logger.error(
                "a pulled window cannot be read",
                metadata: ["region": "\(hub.region.text)", "code": "\(issues.first?.code ?? "")"])
            return "the window cannot be read"
        case .cases(let answers, let count):
            if count.isWrong {
                logger.error(
                    "count-mismatch",
                    metadata: [
                        "region": "\(hub.region.text)", "claimed": "\(count.claimed ?? 0)",
                        "arrived": "\(count.arrived)",
                    ])
            }
            guard await postReceipts(answers) else { return "receipts could not be posted" }
            if count.isWrong { return "count-mismatch" }
            return answers.allSatisfy(isSettled) ? nil : "a case could not be stored"
        }
    }

    private func reason(_ outcome: PartnerOutcome) -> String {
        switch outcome {
        case .answered(let status, _, _): "HTTP \(status)"
        case .notSent(let reason), .wrongIdentity(let reason), .possiblySent(let reason), .unreadable(let reason):
            reason
        }
    }

    /// A whole minute between two times, if there is one.
    private func middle(_ from: Instant, _ to: Instant) -> Instant? {
        let half = to.milliseconds(since: from) / 120_000
        return half > 0 ? from.adding(milliseconds: half * 60_000) : nil
    }

    private func isSettled(_ answer: CaseAnswer) -> Bool {
        if case .unavailable = answer.answer { false } else { true }
    }

    /// Registration data of every case that the hub has not been told of since the start; a case that was taken before is
    /// told again, because the gateway may have ended between the commit and the telling.
    private func postReceipts(_ answers: [CaseAnswer]) async -> Bool {
        let told = answers.filter { $0.receipt != nil && !known.contains($0.messageID) }
        if told.isEmpty { return true }
        let request = PartnerRequest(
            method: "POST", url: link.base + plan.receiptsPath, headers: [("Content-Type", "application/json")],
            body: ReceiptList.encode(told), tls: link.tls, limits: link.limits)
        guard case .answered(let status, _, _) = await exchange(request), (200..<300).contains(status) else {
            logger.warning("receipts could not be posted", metadata: ["region": "\(hub.region.text)"])
            return false
        }
        known.add(told.map(\.messageID))
        return true
    }

    private func exchange(_ request: PartnerRequest) async -> PartnerOutcome {
        await withCheckedContinuation { continuation in
            transport.exchange(request) { continuation.resume(returning: $0) }
        }
    }

    private func query(_ text: String) -> String {
        text.replacing(" ", with: "%20").replacing(":", with: "%3A")
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

/// Messages whose receipts were told, as many as matter for windows that overlap.
final class ToldMessages: Sendable {
    private static let limit = 50_000
    private let ids = Mutex<Set<String>>([])

    func contains(_ id: String) -> Bool { ids.withLock { $0.contains(id) } }

    func add(_ new: [String]) {
        ids.withLock { ids in
            // Forgetting is harmless: the hub is told again.
            if ids.count + new.count > Self.limit { ids.removeAll() }
            ids.formUnion(new)
        }
    }
}
