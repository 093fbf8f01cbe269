import Foundation
import KuayuEvidence
import KuayuModel

/// Puts names in place of everything that another run draws or a clock tells: two recordings of the same exchange then
/// read alike.
///
/// What the sample itself says, its own dates among it, stays.
struct ExchangeNormalizer {
    /// When the exchange took place, Unix seconds.
    private let time: Int64
    /// The day before, the day and the day after, as they are written: `20261124`, `2026-11-24`.
    private let days: [String]

    /// Takes the time from the first `Date` of the messages.
    init(_ files: [ExchangeFile]) throws {
        let line = files.lazy.compactMap { $0.message?.header("Date") }.first
        guard let line, let time = Self.seconds(line) else {
            throw NeverHappened(description: "no message of the exchange has a Date")
        }
        self.time = time
        days = [-86_400, 0, 86_400].flatMap { (offset: Int64) -> [String] in
            let day = String(Instant(epochSeconds: time + offset).canonical.prefix(10))
            return [day, day.replacing("-", with: "")]
        }
    }

    private static func seconds(_ date: String) -> Int64? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: date).map { Int64($0.timeIntervalSince1970) }
    }

    func text(_ file: ExchangeFile) -> String {
        var text = file.text
        text.replace(/eyJ[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+/) { match in
            let payload = Base64URL.decode(String(match.output.1)) ?? []
            return "<receipt \(String(decoding: payload, as: UTF8.self))>"
        }
        text.replace(/CSJ[0-9]{15}/, with: "<case>")
        text.replace(/\b[0-9a-f]{64}\b/.wordBoundaryKind(.simple), with: "<digest>")
        text.replace(/\b[0-9a-f]{32}\b/.wordBoundaryKind(.simple), with: "<nonce>")
        text.replace(/sha-256=:[^:]*:/, with: "sha-256=:<digest>:")
        text.replace(/gjgxjhpt_sign: [^\n]*/, with: "gjgxjhpt_sign: <signature>")
        text.replace(/127\.0\.0\.1:[0-9]+/, with: "<host>")
        text.replace(/(^|\n)Date: [^\n]*/) { "\($0.output.1)Date: <date>" }
        text.replace(/<CdBatch>[0-9]+<\/CdBatch>/, with: "<CdBatch><batch></CdBatch>")
        text.replace(/#BJ\|v3\|340000\|[0-9]{18,}\|/, with: "#BJ|v3|340000|<batch>|")
        text.replace(/\b1[0-9]{9}(?:[0-9]{3})?\b/.wordBoundaryKind(.simple)) { match in
            let number = Int64(match.output) ?? 0
            let seconds = match.output.count > 10 ? number / 1000 : number
            return abs(seconds - time) <= 2 * 86_400 ? "<epoch>" : String(match.output)
        }
        for day in days {
            text.replace(day, with: "<day>")
        }
        text.replace(/<day>(?:%20|[ T])?[0-9]{2}(?:%3A|:)?[0-9]{2}(?:(?::)?[0-9]{2})?/, with: "<time>")
        text.replace(/340000_BJ_<time>_[0-9]+/, with: "340000_BJ_<time>_<number>")
        return text
    }
}
