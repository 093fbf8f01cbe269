import KuayuFormats
import KuayuModel
public import KuayuRules
import Synchronization

/// A licence library that is asked over HTTPS: `GET {base}/licences/{id}`.
///
/// Answers 200 with `{"state": "valid" | "expired" | "revoked", "validTo": "yyyy-MM-dd"}` or 404. Only confirmed licences
/// are remembered, for ten minutes, so that one payload does not ask twice; nothing else is.
public final class HTTPLicenceLibrary: LicenceLibrary, Sendable {
    /// Name of the library.
    public let name: String
    private let base: String
    private let tls: PartnerTLS
    private let transport: any PartnerTransport
    private let clock: any GatewayClock
    private let known = Mutex<[String: (until: Instant, answer: LicenceAnswer)]>([:])

    private static let memory: Int64 = 600_000
    private static let memoryLimit = 10_000
    private static let limits = PartnerLimits(connectMilliseconds: 2_000, totalMilliseconds: 5_000, replyBytes: 16_384)

    /// A library at `base` (`https://host:port`, without a trailing slash).
    public init(
        name: String, base: String, tls: PartnerTLS, transport: any PartnerTransport, clock: any GatewayClock
    ) {
        self.name = name
        self.base = base
        self.tls = tls
        self.transport = transport
        self.clock = clock
    }

    /// Asks, or remembers.
    public func answer(licence id: String) async -> LicenceAnswer {
        // Segments of a path that are read as steps, RFC 3986, 5.2.4.
        if id == "." || id == ".." { return .unknown }
        let now = clock.now
        if let answer = known.withLock({ remembered($0[id], now) }) { return answer }
        let request = PartnerRequest(
            method: "GET", url: "\(base)/licences/\(Self.escaped(id))", headers: [("Accept", "application/json")],
            tls: tls, limits: Self.limits)
        let outcome = await withCheckedContinuation { continuation in
            transport.exchange(request) { continuation.resume(returning: $0) }
        }
        var answer = Self.answer(outcome)
        if case .valid(let end?) = answer, end < LocalDateTime(now).date { answer = .expired }
        if case .valid = answer {
            known.withLock { known in
                if known.count >= Self.memoryLimit { known.removeAll() }
                known[id] = (now.adding(milliseconds: Self.memory), answer)
            }
        }
        return answer
    }

    private func remembered(_ entry: (until: Instant, answer: LicenceAnswer)?, _ now: Instant) -> LicenceAnswer? {
        entry.flatMap { now < $0.until ? $0.answer : nil }
    }

    static func answer(_ outcome: PartnerOutcome) -> LicenceAnswer {
        switch outcome {
        case .answered(404, _, _): .unknown
        case .answered(200, _, let body): answer(body)
        case .answered(let status, _, _): .unavailable(reason: "HTTP \(status)")
        case .notSent, .possiblySent: .unavailable(reason: "it could not be reached")
        case .wrongIdentity: .unavailable(reason: "its certificate is not the expected one")
        case .unreadable: .unavailable(reason: "its answer cannot be read")
        }
    }

    private static func answer(_ body: [UInt8]) -> LicenceAnswer {
        guard let tape = try? JSONReader.read(body) else { return .unavailable(reason: "its answer is not JSON") }
        let state = text("state", tape)
        let until = text("validTo", tape)
        let date = until.flatMap { CalendarDate($0) }
        if until != nil && date == nil { return .unavailable(reason: "its answer has a date that is none") }
        switch state {
        case "valid": return .valid(until: date)
        case "expired": return .expired
        case "revoked": return .revoked
        default: return .unavailable(reason: "its answer has no known state")
        }
    }

    private static func text(_ name: String, _ tape: Tape) -> String? {
        tape.child(of: 0, named: Array(name.utf8)).flatMap { tape.nodes[$0].kind == .text ? tape.text($0) : nil }
    }

    /// RFC 3986, 2.3: everything but unreserved characters is escaped.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + HexText.encode([byte]).uppercased()
        }.joined()
    }
}
