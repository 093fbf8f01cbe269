import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel

/// What a receiver's answer means for each delivery of the payload.
enum ReplyReader {
    typealias Results = [(delivery: DeliveryID, outcome: AttemptOutcome)]

    static func results(of outcome: PartnerOutcome, items: [PayloadComposer.Item], rule: ReplyRule) -> Results {
        switch outcome {
        case .notSent(let reason): return all(items, .notSent(reason: reason))
        case .wrongIdentity(let reason): return all(items, .routeFault(reason: reason))
        case .possiblySent(let reason): return all(items, .possiblyApplied(reason: reason))
        case .unreadable(let reason): return all(items, .garbage(excerpt: reason))
        case .answered(let status, let headers, let body):
            return answered(status, headers, body, items: items, rule: rule)
        }
    }

    private static func answered(
        _ status: Int, _ headers: [(name: String, value: String)], _ body: [UInt8], items: [PayloadComposer.Item],
        rule: ReplyRule
    ) -> Results {
        switch status {
        case 200..<300: return classified(body, items: items, rule: rule)
        case 300..<400: return all(items, .routeFault(reason: "HTTP \(status): redirects are not followed"))
        case 400, 413, 415, 422: return refusal("HTTP \(status)", items)
        case 401, 403, 404, 410, 421: return all(items, .routeFault(reason: "HTTP \(status)"))
        default: return all(items, .busy(reason: "HTTP \(status)", retryAfter: retryAfter(headers)))
        }
    }

    /// A success by HTTP is one only if the region's own envelope says so too.
    private static func classified(_ body: [UInt8], items: [PayloadComposer.Item], rule: ReplyRule) -> Results {
        let results = rule.results(body: body)
        if !results.isEmpty {
            return items.enumerated().map { index, item in
                let own = results.first { $0.id == item.entry.caseID.text || $0.id == item.localNumber }
                // Only an answer without any id can be told by its place.
                let result = own ?? (results.count == items.count && results[index].id.isEmpty ? results[index] : nil)
                let missing = AttemptOutcome.garbage(excerpt: "no result for the case")
                return (item.delivery.id, result.map { outcome($0.outcome) } ?? missing)
            }
        }
        switch rule.classify(status: 200, body: body) {
        case .rejected(let message): return refusal(masked(message), items)
        case let reply: return all(items, outcome(reply))
        }
    }

    private static func outcome(_ reply: ReplyClass) -> AttemptOutcome {
        switch reply {
        case .delivered, .duplicate: .delivered
        case .busy(let message): .busy(reason: "busy: " + masked(message), retryAfter: nil)
        case .rejected(let message): .rejected(reason: masked(message))
        case .garbage(let excerpt): .garbage(excerpt: masked(excerpt))
        }
    }

    /// What a partner writes in free text may name a person: only its shape is kept.
    private static func masked(_ message: String) -> String {
        message.isEmpty ? "no reason given" : "reply " + ReplyRule.excerpt(Array(message.utf8))
    }

    /// A refusal of one case is its outcome; a refusal of a payload of several says nothing about each.
    private static func refusal(_ reason: String, _ items: [PayloadComposer.Item]) -> Results {
        all(items, items.count == 1 ? .rejected(reason: reason) : .split(reason: reason))
    }

    private static func all(_ items: [PayloadComposer.Item], _ outcome: AttemptOutcome) -> Results {
        items.map { ($0.delivery.id, outcome) }
    }

    /// Seconds only; the date form is rare among such peers and counts as absent (RFC 9110, 10.2.3).
    private static func retryAfter(_ headers: [(name: String, value: String)]) -> Duration? {
        headers.first { $0.name.lowercased() == "retry-after" }
            .flatMap { Int64($0.value) }
            .map { .seconds(max(0, $0)) }
    }
}
