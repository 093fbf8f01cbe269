import KuayuModel

// What became of the events that a hub lacks.

extension Sentences {
    /// How many clauses are said before the rest is only counted.
    private static let clauseLimit = 3

    /// Deliveries to the hub, and its own reports, after a version up to what it should have; empty without any.
    static func deliveries(_ reading: Reading, after version: Int) -> Words {
        let clauses = clauses(reading, after: version)
        let shown = clauses.prefix(clauseLimit)
        let rest = clauses.dropFirst(clauseLimit).reduce(0) { $0 + $1.versions.count }
        return Words(
            (shown.map { $0.chinese } + (rest > 0 ? ["另有 \(rest) 个环节"] : [])).joined(separator: "，"),
            (shown.map { $0.english } + (rest > 0 ? [count(rest, "more event")] : [])).joined(separator: "; "))
    }

    /// Versions of which the same is to be said.
    private struct Clause {
        var versions: [Int]
        let words: Words

        var chinese: String { "版本 \(versions.map(String.init).joined(separator: "、")) " + words.chinese }

        var english: String {
            if versions.count == 1 { return "version \(versions[0]) " + words.english }
            let texts = versions.map(String.init)
            let first = texts.dropLast().joined(separator: ", ")
            return "versions \(first) and \(texts[texts.count - 1]) " + words.english
        }
    }

    private static func clauses(_ reading: Reading, after version: Int) -> [Clause] {
        let end = reading.difference.expected?.version ?? .max
        var said: [(version: Int, words: (_ isOne: Bool) -> Words)] = []
        for delivery in reading.deliveries(after: version) {
            said.append((delivery.version, { words(delivery, reading, isOne: $0) }))
        }
        for event in reading.events(after: version, through: end) where event.author == reading.hub {
            let time = time(event.at, reading)
            said.append((event.version, { _ in Words("由其自行上报（\(time)）", "it had reported itself \(time)") }))
        }
        var groups: [(versions: [Int], words: (Bool) -> Words)] = []
        for item in said.sorted(by: { $0.version < $1.version }) {
            if let last = groups.indices.last, groups[last].words(true) == item.words(true) {
                groups[last].versions.append(item.version)
            } else {
                groups.append(([item.version], item.words))
            }
        }
        return groups.map { Clause(versions: $0.versions, words: $0.words($0.versions.count == 1)) }
    }

    private static func words(_ delivery: CaseFacts.Delivery, _ reading: Reading, isOne: Bool) -> Words {
        let made = time(delivery.createdAt, reading)
        let settled = time(delivery.settledAt ?? delivery.createdAt, reading)
        let tries = delivery.attemptCount
        let times = count(tries, "attempt")
        let reason = delivery.reason.map { Words("：\(safe($0))", ": \(safe($0))") } ?? Words("", "")
        let (isWord, wasWord) = isOne ? ("is", "was") : ("are", "were")
        switch delivery.state {
        case "waiting":
            return Words("自 \(made) 起待投递", "\(isOne ? "waits" : "wait") to be sent since \(made)")
        case "sending":
            return Words("投递中（\(made) 起，第 \(tries) 次尝试）", "\(isWord) being sent since \(made) (attempt \(tries))")
        case "retrying":
            return Words(
                "自 \(made) 起已尝试 \(tries) 次\(reason.chinese)",
                "\(wasWord) tried since \(made), \(times)\(reason.english)")
        case "delivered":
            let late = tries > 1 ? Words("（第 \(tries) 次尝试）", " at attempt \(tries)") : Words("", "")
            return Words("已于 \(settled) 投递\(late.chinese)", "\(wasWord) delivered \(settled)\(late.english)")
        case "rejected":
            return Words("于 \(settled) 被拒收\(reason.chinese)", "\(wasWord) refused \(settled)\(reason.english)")
        case "inDoubt":
            return Words(
                "自 \(made) 起尝试 \(tries) 次，是否到达待核\(reason.chinese)",
                "\(isWord) in doubt after \(times) since \(made)\(reason.english)")
        case "parked":
            return Words(
                "自 \(made) 起尝试 \(tries) 次后挂起\(reason.chinese)",
                "\(isWord) parked after \(times) since \(made)\(reason.english)")
        case "cancelled":
            return Words("的投递于 \(settled) 被取消\(reason.chinese)", "\(wasWord) cancelled \(settled)\(reason.english)")
        default:
            return Words("投递状态不明", "\(isWord) in an unknown state")
        }
    }
}
